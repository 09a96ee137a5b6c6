package detectors

import (
	"runtime/debug"
	"slices"

	"picket/capture/dot11"
)

// An audience is the detectors that are shown the same frames. To go through it
// touches nothing but the audience and the detectors themselves, of which there
// are many for each frame.
type audience struct {
	members []seat
	shown   uint64 // frames
}

type seat struct {
	detector Detector
	slot     *slot
}

func (a *audience) add(s *slot) { a.members = append(a.members, seat{s.detector, s}) }

// frames is how many s was shown as a member.
func (a *audience) frames(s *slot) uint64 {
	if a.shown > 0 && slices.ContainsFunc(a.members, s.sitsOn) {
		return a.shown
	}
	return 0
}

// remove takes s out, and notes how many frames it was shown.
func (a *audience) remove(s *slot) {
	s.stats.Frames += a.frames(s)
	a.members = slices.DeleteFunc(a.members, s.sitsOn)
}

func (s *slot) sitsOn(m seat) bool { return m.slot == s }

// seat puts s among those that are shown what it wants.
func (e *Engine) seat(s *slot) {
	if s.spec.Odd != 0 {
		s.alone.add(s)
	}
	for kind := range dot11.Kind(len(e.dispatch)) {
		switch {
		case !s.spec.Wants.Has(kind):
		case s.spec.Odd != 0:
			e.odd[kind] = append(e.odd[kind], s)
		case s.spec.Presence:
			e.presence[kind].add(s)
		default:
			e.dispatch[kind].add(s)
			if !s.spec.OnChange {
				e.steady[kind].add(s)
			}
		}
	}
	for p := range protocols {
		if s.spec.Protocols.Has(p) {
			e.carriers[p].add(s)
		}
	}
}

// audiences yields all of them.
func (e *Engine) audiences(yield func(*audience) bool) {
	for _, s := range e.slots {
		if !yield(&s.alone) {
			return
		}
	}
	for _, list := range [...][]audience{e.dispatch[:], e.steady[:], e.presence[:], e.carriers[:]} {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// show hands the current frame to the detectors of an audience.
func (e *Engine) show(a *audience) {
	a.shown++
	for i := 0; i < len(a.members); {
		i = e.run(a, i)
	}
}

// showOdd hands the current frame, which is odd, to those of list that want
// such.
func (e *Engine) showOdd(list []*slot) {
	if e.ctx.Elements.Odd == 0 {
		return
	}
	for _, s := range list {
		if s.spec.Odd&e.ctx.Elements.Odd != 0 {
			e.show(&s.alone)
		}
	}
}

// run hands the current frame to the members of a from number i on and returns
// the number to go on with. It returns before the last of them only when a
// detector panicked, which costs a frame one deferred call instead of one for
// each detector.
func (e *Engine) run(a *audience, i int) (next int) {
	defer func() {
		if v := recover(); v != nil {
			e.switchOff(a.members[i].slot, v)
			next = i // where the one after it is now
		}
	}()
	for ; i < len(a.members); i++ {
		m := &a.members[i]
		e.ctx.running = m.slot
		m.detector.Frame(&e.ctx)
	}
	return i
}

func (e *Engine) switchOff(s *slot, v any) {
	s.stats.Panics++
	s.stats.Off = true
	for a := range e.audiences {
		a.remove(s)
	}
	if e.onPanic != nil {
		e.onPanic(&PanicError{Detector: s.spec.Name, Value: v, Stack: debug.Stack()})
	}
}
