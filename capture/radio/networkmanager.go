package radio

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// NetworkManager's names on the system bus.
const (
	nmService   = "org.freedesktop.NetworkManager"
	nmPath      = "/org/freedesktop/NetworkManager"
	nmGetDevice = nmService + ".GetDeviceByIpIface"
	nmManaged   = nmService + ".Device.Managed"
	nmNoDevice  = nmService + ".UnknownDevice"
	busHasOwner = "org.freedesktop.DBus.NameHasOwner"
)

// ReleaseFromNetworkManager has NetworkManager leave the interface alone, until [ReturnToNetworkManager] or its next
// start. It is false where NetworkManager doesn't manage the interface, or doesn't run.
func ReleaseFromNetworkManager(ctx context.Context, iface string) (was bool, err error) {
	err = withDevice(ctx, iface, func(device dbus.BusObject) error {
		if was, err = managed(device); err != nil || !was {
			return err
		}
		if err := device.SetProperty(nmManaged, dbus.MakeVariant(false)); err != nil {
			return fmt.Errorf("it doesn't let %s go: %w; 'sudo nmcli device set %s managed no' makes it", iface, err, iface)
		}
		return nil
	})
	return was && err == nil, err
}

// ReturnToNetworkManager has NetworkManager manage the interface again.
func ReturnToNetworkManager(ctx context.Context, iface string) error {
	return withDevice(ctx, iface, func(device dbus.BusObject) error {
		if err := device.SetProperty(nmManaged, dbus.MakeVariant(true)); err != nil {
			return fmt.Errorf("give %s back: %w", iface, err)
		}
		return nil
	})
}

// ManagedByNetworkManager reports whether NetworkManager runs and manages the interface.
func ManagedByNetworkManager(ctx context.Context, iface string) (is bool, err error) {
	err = withDevice(ctx, iface, func(device dbus.BusObject) error {
		is, err = managed(device)
		return err
	})
	return is, err
}

// withDevice calls do with NetworkManager's device of the interface, if there is one.
func withDevice(ctx context.Context, iface string, do func(dbus.BusObject) error) error {
	err := withBus(ctx, func(bus *dbus.Conn) error {
		var runs bool
		if err := bus.BusObject().Call(busHasOwner, 0, nmService).Store(&runs); err != nil || !runs {
			return err // it should not be started
		}
		var path dbus.ObjectPath
		err := bus.Object(nmService, nmPath).Call(nmGetDevice, 0, iface).Store(&path)
		var refusal dbus.Error
		if errors.As(err, &refusal) && refusal.Name == nmNoDevice {
			return nil
		}
		if err != nil {
			return err
		}
		return do(bus.Object(nmService, path))
	})
	if err != nil {
		return fmt.Errorf("NetworkManager: %w", err)
	}
	return nil
}

// withBus calls do with the system bus, if there is one. The end of ctx closes it.
func withBus(ctx context.Context, do func(*dbus.Conn) error) error {
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return nil // no bus, or not for us: then there is nobody to ask
	}
	defer bus.Close()
	if err := do(bus); err != nil {
		return cmp.Or(ctx.Err(), err)
	}
	return nil
}

func managed(device dbus.BusObject) (bool, error) {
	v, err := device.GetProperty(nmManaged)
	if err != nil {
		return false, fmt.Errorf("ask whether it manages the interface: %w", err)
	}
	is, ok := v.Value().(bool)
	if !ok {
		return false, fmt.Errorf("%s is %v, which is not of the form expected", nmManaged, v)
	}
	return is, nil
}
