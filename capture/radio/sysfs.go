package radio

import (
	"os"
	"path/filepath"
	"strings"

	"picket/capture/dot11"
)

// sysfs is where the kernel shows devices: "/sys".
type sysfs string

// describe fills in what nl80211 doesn't tell. What sysfs doesn't tell either stays empty.
func (s sysfs) describe(r *Radio) {
	dir := filepath.Join(string(s), "class/ieee80211", r.Name)
	r.Addr, _ = dot11.ParseAddr(readLine(filepath.Join(dir, "macaddress")))
	r.Driver = linkBase(filepath.Join(dir, "device/driver"))
	r.Bus = bus(dir)
	r.Block = blockState(dir)
}

// bus names the bus that the adapter is on, and what it calls the adapter: "usb 0bda:8812", "pci 168c:0034".
func bus(dir string) string {
	name := linkBase(filepath.Join(dir, "device/subsystem"))
	uevent, _ := os.ReadFile(filepath.Join(dir, "device/uevent"))
	for line := range strings.Lines(string(uevent)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "PRODUCT": // of USB: vendor, product and version, without leading zeros
			parts := strings.Split(value, "/")
			if len(parts) == 3 {
				return name + " " + pad(parts[0]) + ":" + pad(parts[1])
			}
		case "PCI_ID", "SDIO_ID":
			return name + " " + strings.ToLower(value)
		}
	}
	return name
}

func pad(hex string) string { return strings.Repeat("0", max(0, 4-len(hex))) + hex }

// blockState reads the radio's own rfkill switch.
func blockState(dir string) BlockState {
	switches, _ := filepath.Glob(filepath.Join(dir, "rfkill*"))
	for _, s := range switches {
		if readLine(filepath.Join(s, "hard")) == "1" {
			return HardBlocked
		}
		if readLine(filepath.Join(s, "soft")) == "1" {
			return SoftBlocked
		}
	}
	return NotBlocked
}

func readLine(path string) string {
	b, _ := os.ReadFile(path)
	return strings.TrimSpace(string(b))
}

// linkBase returns the last element of what a symbolic link points to.
func linkBase(path string) string {
	target, err := os.Readlink(path)
	if err != nil {
		return ""
	}
	return filepath.Base(target)
}
