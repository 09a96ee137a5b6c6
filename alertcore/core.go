package alertcore

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"time"
)

// Errors that callers tell apart.
var (
	ErrDefined      = errors.New("an alert of this name is defined already")
	ErrBurstUnit    = errors.New("the unit of the burst limit is longer than that of the overall limit")
	ErrUnknownAlert = errors.New("no alert of this name is defined")
	ErrThrottled    = errors.New("the limit of this alert is reached")
)

// Defaults of Options.
const (
	DefaultBacklog = 50
	DefaultCeiling = 10
)

// Options of a Core. The zero value keeps no backlog.
type Options struct {
	Backlog int              // records that readers are shown
	Ceiling int              // how many times its limits a built-in alert may be raised over all subjects; 0: DefaultCeiling
	NoLimit bool             // publish all that is raised, but what a limit of 0 switches off
	Clock   func() time.Time // nil: time.Now
}

// Core is where alerts are defined, raised and read. All methods may be called
// from any number of goroutines.
type Core struct {
	clock   func() time.Time
	start   Micros // all records are younger
	ceiling int
	noLimit bool
	journal Journal // nil: nobody keeps what happens; set before the core is shared

	definitions   atomic.Pointer[registry]
	oneShots      oneShots
	subjects      *subjects
	records       *ring[Record, *Record]
	messages      *ring[Message, *Message]
	subscriptions atomic.Pointer[[]*Subscription]
	followers     atomic.Pointer[[]*Follower]
}

// New returns a core that knows Kismet's own reserved definition alone.
func New(o Options) *Core {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Ceiling <= 0 {
		o.Ceiling = DefaultCeiling
	}
	c := &Core{
		clock:    o.Clock,
		start:    MicrosOf(o.Clock()),
		ceiling:  o.Ceiling,
		noLimit:  o.NoLimit,
		subjects: &subjects{seed: maphash.MakeSeed()},
		records:  newRing[Record](o.Backlog),
		messages: newRing[Message](MessageBacklog),
	}
	c.definitions.Store(&registry{})
	c.oneShots.counts.Store(&map[string]*atomic.Uint64{})
	c.subscriptions.Store(new([]*Subscription))
	c.followers.Store(new([]*Follower))
	c.register(Definition{
		Header: "KISMET", Class: "SYSTEM", Severity: Info, Description: "Server events",
		PhyID: PhyAny, Limit: Rate{0, Day}, Burst: Rate{0, Day},
	})
	return c
}

// Now returns the time on the core's clock.
func (c *Core) Now() Micros { return MicrosOf(c.clock()) }

// Define adds a definition: ErrDefined if the name is taken, ErrBurstUnit if
// its limits contradict each other. Kismet's error messages are posted.
func (c *Core) Define(d Definition) error {
	if d.Burst.Unit > d.Limit.Unit {
		c.Post(MessageError, "Failed to register alert "+d.Header+", time unit for burst rate must be less than or equal to the time unit for the max rate")
		return fmt.Errorf("define alert %q with limit %v and burst %v: %w", d.Header, d.Limit, d.Burst, ErrBurstUnit)
	}
	def, ok := c.register(d)
	if !ok {
		c.Post(MessageError, "Tried to re-register duplicate alert "+d.Header)
		return fmt.Errorf("define alert %q: %w", d.Header, ErrDefined)
	}
	if c.journal != nil {
		c.journal.Definition(def.Definition)
	}
	return nil
}

func (c *Core) register(d Definition) (*definition, bool) {
	def := newDefinition(d, c.ceiling)
	for {
		old := c.definitions.Load()
		next := old.with(def)
		if next == nil {
			return nil, false
		}
		if c.definitions.CompareAndSwap(old, next) {
			return def, true
		}
	}
}

// Defined reports whether an alert of exactly this name is defined.
func (c *Core) Defined(name string) bool {
	return c.definitions.Load().byName[name] != nil
}

// Definitions returns all definitions and their state, in order of definition.
func (c *Core) Definitions() []DefinitionStatus {
	defs, now := c.definitions.Load(), c.Now()
	list := make([]DefinitionStatus, len(defs.list))
	for i, d := range defs.list {
		list[i] = d.status(now)
	}
	return list
}

// Raise publishes a, or refuses it: ErrUnknownAlert if its name, which is
// matched exactly, is not defined; ErrThrottled, counted, if its limit is
// reached.
func (c *Core) Raise(a *Alert) (*Record, error) {
	def := c.definitions.Load().byName[a.Name]
	if def == nil {
		return nil, fmt.Errorf("raise alert %q: %w", a.Name, ErrUnknownAlert)
	}
	now := a.limitTime(c.Now())
	suppressed, ok := c.admit(def, a, now)
	if !ok {
		return nil, fmt.Errorf("raise alert %q: %w", a.Name, ErrThrottled)
	}
	r := c.publish(Record{def: &def.Definition, alert: a, suppressed: suppressed, limitTime: now})
	def.raised.Add(1)
	raiseTo(&def.timeLast, int64(r.time))
	return r, nil
}

// RaiseOneShot publishes an alert of the system itself, which has no
// definition and no limit. The header keeps its case.
func (c *Core) RaiseOneShot(header, class string, severity Severity, phy int64, text string) *Record {
	def := &Definition{Header: header, Class: Upper(class), Severity: severity, PhyID: phy}
	c.oneShots.add(header)
	return c.publish(Record{def: def, alert: &Alert{Name: header, Text: text}})
}

// admit passes a through the limits of def at now and tells how many were refused
// since the last one that passed.
func (c *Core) admit(def *definition, a *Alert, now Micros) (suppressed uint64, ok bool) {
	if c.noLimit && !def.sends.off() {
		return 0, true
	}
	unreported := &def.unreported
	passes := true
	if def.BuiltIn {
		s := c.subjects.of(def, a.subject(), now)
		unreported = &s.suppressed
		// Before the ceiling: what the subject's own limit refuses must not
		// use up what others may raise.
		passes = s.sends.take(now)
	}
	if !passes || !def.sends.take(now) {
		def.suppressed.Add(1)
		unreported.Add(1)
		return 0, false
	}
	return unreported.Swap(0), true
}

func (c *Core) publish(r Record) *Record {
	r.core = c
	n := &node[Record]{value: r}
	c.records.publish(n)
	if c.journal != nil {
		c.journal.Record(&n.value)
	}
	c.post(Message{flags: MessageAlert, text: r.def.Header + " " + r.alert.Text, alert: n.value.time})
	c.notify()
	return &n.value
}

// raiseTo sets v to n unless it is greater already.
func raiseTo(v *atomic.Int64, n int64) {
	for old := v.Load(); old < n && !v.CompareAndSwap(old, n); old = v.Load() {
	}
}

// Latest returns the newest record, nil if there is none. As records never
// change, its identity stands for that of the whole list.
func (c *Core) Latest() *Record {
	if head := c.records.head.Load(); head != nil {
		return &head.value
	}
	return nil
}

// All returns the retained records, oldest first, and the cursor that Since
// goes on from.
func (c *Core) All() ([]*Record, Micros) {
	list, head := c.records.all()
	return list, c.cursor(head)
}

// Since returns the retained records that are younger than after, oldest
// first, and the cursor to go on from: every record that is published later is
// younger than the cursor, every one before is not.
func (c *Core) Since(after Micros) ([]*Record, Micros) {
	list, head := c.records.newest(c.records.keep, func(n *node[Record]) bool { return n.value.time > after })
	return list, c.cursor(head)
}

// cursor is where to go on from when head was the newest record, nil for none.
func (c *Core) cursor(head *node[Record]) Micros {
	if head == nil {
		return c.start
	}
	return head.value.time
}

// ByHash returns the oldest retained record with this hash, nil if there is
// none.
func (c *Core) ByHash(hash uint32) *Record {
	list, _ := c.All()
	for _, r := range list {
		if r.hash == hash {
			return r
		}
	}
	return nil
}
