package alertcore

// A Journal is told of all that has to survive a restart: every record, every
// message and every definition made after Resume. It is called by whoever
// publishes, before readers are woken; so it must neither block nor take a
// lock. Two calls may come in another order than what they tell of was
// published in.
type Journal interface {
	Record(*Record)
	Message(*Message)
	Definition(Definition)
}

// A Past is what a core had when its journal ended.
type Past struct {
	Definitions []Definition      // made at run time, in order
	Records     []*Record         // made by ParseRecord, oldest first
	Messages    []*Message        // made by RestoreMessage, oldest first
	Sends       []Send            // that may still count for limits, oldest first
	TimeLast    map[string]Micros // of the newest record, by name
	Newest      Micros            // no record, and no cursor handed out, was younger; 0: there was none
}

// A Send is an alert that passed a limit.
type Send struct {
	Name    string
	Subject MAC    // that the limit was kept for, when the alert is built in
	Time    Micros // by the clock of the limits
}

// Resume goes on from past, and tells j, unless it is nil, of all that comes.
// It must be called at most once, after the built-in definitions were made and
// before the core is used by other goroutines. Definitions of past whose names
// are taken by now are left out.
func (c *Core) Resume(past Past, j Journal) {
	for _, d := range past.Definitions {
		c.register(d)
	}
	c.start = max(c.start, past.Newest)
	for _, r := range past.Records {
		r.core = c
		c.start = max(c.start, r.time)
		c.records.publish(&node[Record]{value: *r})
	}
	for _, m := range past.Messages {
		c.messages.publish(&node[Message]{value: Message{core: c, flags: m.flags, text: m.text, time: m.time, restored: true}})
	}
	defs := c.definitions.Load().byName
	for _, s := range past.Sends {
		def := defs[s.Name]
		if def == nil {
			continue
		}
		def.sends.take(s.Time)
		if def.BuiltIn {
			c.subjects.of(def, s.Subject, s.Time).sends.take(s.Time)
		}
	}
	for name, at := range past.TimeLast {
		if def := defs[name]; def != nil {
			raiseTo(&def.timeLast, int64(at))
		}
	}
	c.journal = j
}

// Start returns the time that all records published since the start are
// younger than.
func (c *Core) Start() Micros { return c.start }

// RestoreMessage returns a message of the past. sent is in whole seconds since
// the Unix epoch.
func RestoreMessage(flags MessageFlags, text string, sent int64) *Message {
	return &Message{flags: flags, text: text, time: sent, restored: true}
}
