package radio

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// MonitorOptions say how to open a radio. The zero value is what most want.
type MonitorOptions struct {
	VIF         string // name of the interface to make; empty: that of the other one and "mon", in 15 characters
	FCSFail     bool   // hand out frames that failed the check of their FCS too
	PLCPFail    bool   // and those of which not even the header was received
	NoControl   bool   // leave out control frames
	NoOtherBSS  bool   // leave out frames of networks that the radio is no member of
	Active      bool   // acknowledge frames that are sent to the interface's address
	KeepPrimary bool   // leave the other interface up: Kismet's ignoreprimary
}

// A Monitor is a radio that hands out all that it hears. Its methods may be called from any goroutine.
type Monitor struct {
	client *Client
	iface  Interface

	mu     sync.Mutex
	radio  Radio
	undo   []func() error // what brings back what was found, latest last
	closed bool
}

// OpenMonitor has the radio of the interface hand out what it hears.
//
// An interface that is in monitor mode already is used as it is, whoever made it. Else a monitor interface is made
// beside it, which the kernel removes should the process die; and as the radio can't be tuned while the other one is
// up, that is put down, unless KeepPrimary is set. Where the driver can't have two interfaces, the one there is is
// turned into a monitor.
func OpenMonitor(name string, o MonitorOptions) (*Monitor, error) {
	c, err := Dial()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	m, err := c.openMonitor(name, o)
	if err != nil {
		c.Close()
		return nil, err
	}
	return m, nil
}

func (c *Client) openMonitor(name string, o MonitorOptions) (*Monitor, error) {
	interfaces, err := c.interfaces()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(interfaces, func(i Interface) bool { return i.Name == name && name != "" })
	if i < 0 {
		return nil, c.noInterface(name)
	}
	primary := interfaces[i]
	radio, err := c.radio(primary.Phy)
	if err != nil {
		return nil, err
	}
	if radio.Block != NotBlocked {
		return nil, fmt.Errorf("%s: %s is %v: %w", name, radio.Name, radio.Block, unix.ERFKILL)
	}
	m := &Monitor{client: c, radio: radio}
	index, err := m.open(primary, o)
	if err == nil {
		m.iface, err = c.lookUp(index, name)
	}
	if err != nil {
		return nil, errors.Join(err, m.restore())
	}
	return m, nil
}

// noInterface says why there is no Wi-Fi interface of this name.
func (c *Client) noInterface(name string) error {
	devices, err := c.links.list()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(devices, func(l link) bool { return l.name == name }) {
		return fmt.Errorf("%s is no Wi-Fi interface; 'picket sources' lists them: %w", name, unix.EOPNOTSUPP)
	}
	return fmt.Errorf("there is no interface %s; 'picket sources' lists them: %w", name, unix.ENODEV)
}

// open returns the index of an interface that is up and in monitor mode.
func (m *Monitor) open(primary Interface, o MonitorOptions) (index int, err error) {
	if primary.Type == TypeMonitor {
		return primary.Index, m.set(primary, true)
	}
	if !m.radio.Monitor {
		return 0, fmt.Errorf("%s: %s (%s) has no monitor mode: %w", primary.Name, m.radio.Name, m.radio.Driver, unix.EOPNOTSUPP)
	}
	name, left, err := m.vifName(primary.Name, o.VIF)
	if err != nil {
		return 0, err
	}
	index, err = m.beside(primary, name, o)
	if err == nil || !driverRefuses(err) {
		return index, err
	}
	if left != nil {
		// One that was left behind, by the look of it, and no room for another.
		return left.Index, errors.Join(m.restore(), m.clear(primary, o), m.set(*left, true))
	}
	if o.KeepPrimary {
		return 0, fmt.Errorf("%w; leave out ignoreprimary=true to have %s turned into a monitor", err, primary.Name)
	}
	return primary.Index, errors.Join(m.restore(), m.turn(primary, o))
}

// driverRefuses reports whether err may be about the driver's not having another interface.
func driverRefuses(err error) bool {
	var refusal *Error
	if !errors.As(err, &refusal) {
		return false
	}
	return !slices.ContainsFunc(
		[]unix.Errno{unix.EPERM, unix.EACCES, unix.ENODEV, unix.ERFKILL},
		func(errno unix.Errno) bool { return errors.Is(err, errno) })
}

// beside makes a monitor interface besides the primary one.
func (m *Monitor) beside(primary Interface, name string, o MonitorOptions) (index int, err error) {
	made, err := m.client.addMonitor(primary.Phy, name, o)
	if err != nil {
		return 0, err
	}
	m.undo = append(m.undo, func() error { return m.client.remove(made) })
	return made.Index, errors.Join(m.clear(primary, o), m.set(made, true))
}

// clear frees the radio from its primary interface.
func (m *Monitor) clear(primary Interface, o MonitorOptions) error {
	if o.KeepPrimary {
		return nil
	}
	return m.set(primary, false)
}

// turn makes the primary interface a monitor.
func (m *Monitor) turn(primary Interface, o MonitorOptions) error {
	if err := m.set(primary, false); err != nil {
		return err
	}
	if err := m.client.setType(primary, TypeMonitor, o); err != nil {
		return err
	}
	m.undo = append(m.undo, func() error { return m.client.setType(primary, primary.Type, MonitorOptions{}) })
	primary.Up = false
	return m.set(primary, true)
}

// set brings an interface up or down, if it is not.
func (m *Monitor) set(i Interface, up bool) error {
	if i.Up == up {
		return nil
	}
	if err := m.client.setUp(i, up); err != nil {
		return err
	}
	m.undo = append(m.undo, func() error { return m.client.setUp(i, !up) })
	return nil
}

// restore undoes what was done, latest first. What is gone needs no undoing.
func (m *Monitor) restore() error {
	var errs []error
	for _, undo := range slices.Backward(m.undo) {
		if err := undo(); !errors.Is(err, unix.ENODEV) {
			errs = append(errs, err)
		}
	}
	m.undo = nil
	return errors.Join(errs...)
}

// Interface is the monitor interface, as it was when it was opened.
func (m *Monitor) Interface() Interface { return m.iface }

// Radio is what the kernel tells of the radio now or, where it no longer does, told the last time.
func (m *Monitor) Radio() Radio {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, err := m.client.radio(m.radio.Index); err == nil {
		m.radio = r
	}
	return m.radio
}

// Tune makes the radio listen to ch.
func (m *Monitor) Tune(ch Channel) error {
	return m.client.tune(m.iface.Index, m.iface.Name, ch)
}

// Channel asks the kernel where the radio listens. It is the zero Channel where the kernel doesn't tell, as while
// another interface of the radio is up.
func (m *Monitor) Channel() (Channel, error) {
	i, err := m.client.ask(m.iface.Index, m.iface.Name)
	return i.Channel, err
}

// Close leaves the radio as it was found. It may be called more than once.
func (m *Monitor) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return errors.Join(m.restore(), m.client.Close())
}
