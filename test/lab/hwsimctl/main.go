// Command hwsimctl adds and removes simulated radios of the kernel's
// mac80211_hwsim while it runs, as a USB adapter is plugged in and pulled out.
//
//	hwsimctl add [-mac ADDRESS] [-channels N]
//	hwsimctl del phyN
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// Of the kernel's drivers/net/wireless/virtual/mac80211_hwsim.h.
const (
	familyName = "MAC80211_HWSIM"

	commandNewRadio = 4
	commandDelRadio = 5

	attributeChannels  = 9
	attributeRadioName = 17
	attributePermAddr  = 22
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "hwsimctl:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) > 0 && args[0] == "add":
		return add(args[1:])
	case len(args) == 2 && args[0] == "del":
		return del(args[1])
	}
	return errors.New("usage: hwsimctl add [-mac ADDRESS] [-channels N] | hwsimctl del phyN")
}

func add(args []string) error {
	flags := flag.NewFlagSet("add", flag.ExitOnError)
	mac := flags.String("mac", "", "permanent `address`")
	channels := flags.Uint("channels", 0, "how many channels at a time; 0 is the module's default")
	flags.Parse(args)

	attributes := netlink.NewAttributeEncoder()
	if *mac != "" {
		addr, err := net.ParseMAC(*mac)
		if err != nil {
			return err
		}
		attributes.Bytes(attributePermAddr, addr)
	}
	if *channels > 0 {
		attributes.Uint32(attributeChannels, uint32(*channels))
	}
	if err := do(commandNewRadio, attributes); err != nil {
		return fmt.Errorf("add radio: %w", err)
	}
	return nil
}

func del(phy string) error {
	attributes := netlink.NewAttributeEncoder()
	attributes.String(attributeRadioName, phy)
	if err := do(commandDelRadio, attributes); err != nil {
		return fmt.Errorf("remove radio %s: %w", phy, err)
	}
	return nil
}

// do has the driver carry out one command.
func do(command uint8, attributes *netlink.AttributeEncoder) error {
	data, err := attributes.Encode()
	if err != nil {
		return err
	}
	conn, err := genetlink.Dial(nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	family, err := conn.GetFamily(familyName)
	if err != nil {
		return fmt.Errorf("%s: %w", familyName, err)
	}
	request := genetlink.Message{Header: genetlink.Header{Command: command, Version: 1}, Data: data}
	_, err = conn.Execute(request, family.ID, netlink.Request|netlink.Acknowledge)
	// The driver answers with the number of a new radio in place of an error,
	// whose sign is the other one.
	var number syscall.Errno
	if errors.As(err, &number) && int(number) < 0 {
		return nil
	}
	return err
}
