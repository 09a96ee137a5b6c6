package alertcore

import "picket/alertcore/tracked"

// MessageFlags tells what kind of message it is; bits combine.
type MessageFlags int32

// Kismet's message flags.
const (
	MessageDebug MessageFlags = 1 << iota
	MessageInfo
	MessageError
	MessageAlert
	MessageFatal
	MessageLocal
	MessagePrint
)

// MessageBacklog is how many messages readers are shown, as in Kismet.
const MessageBacklog = 50

// A Message is a line of the server's log for people.
type Message struct {
	core     *Core
	flags    MessageFlags
	text     string
	time     int64  // whole seconds since the Unix epoch: all that the API has
	alert    Micros // of the record that it repeats; 0: none
	seq      uint64
	restored bool // from before the start: its time is known
}

func (m *Message) stamp(older *Message) {
	if m.restored {
		return
	}
	m.time, m.seq = m.core.clock().Unix(), 1
	if older != nil {
		m.seq = older.seq + 1
		m.time = max(m.time, older.time)
	}
}

// Flags returns the kind of m.
func (m *Message) Flags() MessageFlags { return m.flags }

// Time returns when m was posted, in whole seconds since the Unix epoch.
func (m *Message) Time() int64 { return m.time }

// Place returns the place of m among all messages since the start: 1, 2, 3 ...
func (m *Message) Place() uint64 { return m.seq }

// Text returns what m says.
func (m *Message) Text() string { return m.text }

// Object returns the record of m as the API shows it.
func (m *Message) Object() tracked.Object {
	return tracked.Object{
		{Name: "kismet.messagebus.message_string", Description: "Message content", Value: tracked.String(m.text)},
		{Name: "kismet.messagebus.message_flags", Description: "Message flags (per messagebus.h)", Value: tracked.Int(tracked.TypeInt32, int64(m.flags))},
		{Name: "kismet.messagebus.message_time", Description: "Message time_t", Value: tracked.Uint(tracked.TypeUint64, uint64(m.time))},
	}
}

// Post publishes a message.
func (c *Core) Post(flags MessageFlags, text string) {
	c.post(Message{flags: flags, text: text})
	c.wakeFollowers()
}

func (c *Core) post(m Message) {
	m.core = c
	n := &node[Message]{value: m}
	c.messages.publish(n)
	if c.journal != nil {
		c.journal.Message(&n.value)
	}
}

// Messages returns the retained messages that are younger than after, a time
// in whole seconds since the Unix epoch, oldest first.
func (c *Core) Messages(after int64) []*Message {
	list, _ := c.messages.newest(c.messages.keep, func(n *node[Message]) bool { return n.value.time > after })
	return list
}
