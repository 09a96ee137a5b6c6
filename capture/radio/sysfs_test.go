package radio

import (
	"os"
	"path/filepath"
	"testing"

	"picket/capture/dot11"
)

// adapter makes what sysfs shows of phy2.
func adapter(t *testing.T, driver, subsystem string, files map[string]string) sysfs {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "class/ieee80211/phy2")
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"driver": driver, "subsystem": subsystem} {
		if err := os.Symlink(target, filepath.Join(dir, "device", name)); err != nil {
			t.Fatal(err)
		}
	}
	return sysfs(root)
}

func TestAdapterIsDescribedBySysfs(t *testing.T) {
	const mac = "00:c0:ca:ab:cd:ef\n"
	for _, test := range []struct {
		name              string
		driver, subsystem string
		files             map[string]string
		want              Radio
	}{
		{
			name:   "USB",
			driver: "../../../../bus/usb/drivers/ath9k_htc", subsystem: "../../../../bus/usb",
			files: map[string]string{
				"macaddress": mac, "device/uevent": "DEVTYPE=usb_interface\nDRIVER=ath9k_htc\nPRODUCT=cf3/9271/108\nTYPE=255/255/255\n",
				"rfkill0/soft": "0\n", "rfkill0/hard": "0\n",
			},
			want: Radio{Driver: "ath9k_htc", Bus: "usb 0cf3:9271"},
		}, {
			name:   "PCI, switched off by hand",
			driver: "../../bus/pci/drivers/iwlwifi", subsystem: "../../bus/pci",
			files: map[string]string{
				"macaddress": mac, "device/uevent": "DRIVER=iwlwifi\nPCI_CLASS=28000\nPCI_ID=8086:2723\n",
				"rfkill1/soft": "1\n", "rfkill1/hard": "1\n",
			},
			want: Radio{Driver: "iwlwifi", Bus: "pci 8086:2723", Block: HardBlocked},
		}, {
			name:   "SDIO, switched off by software",
			driver: "../../bus/sdio/drivers/brcmfmac", subsystem: "../../bus/sdio",
			files: map[string]string{
				"macaddress": mac, "device/uevent": "SDIO_ID=02D0:A9A6\n", "rfkill0/soft": "1\n", "rfkill0/hard": "0\n",
			},
			want: Radio{Driver: "brcmfmac", Bus: "sdio 02d0:a9a6", Block: SoftBlocked},
		}, {
			name:   "simulated",
			driver: "../../bus/platform/drivers/mac80211_hwsim", subsystem: "../../class/mac80211_hwsim",
			files: map[string]string{"macaddress": mac, "device/uevent": "DRIVER=mac80211_hwsim\n"},
			want:  Radio{Driver: "mac80211_hwsim", Bus: "mac80211_hwsim"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Radio{Name: "phy2"}
			adapter(t, test.driver, test.subsystem, test.files).describe(&got)
			addr := dot11.Addr{0x00, 0xc0, 0xca, 0xab, 0xcd, 0xef}
			if got.Driver != test.want.Driver || got.Bus != test.want.Bus || got.Block != test.want.Block || got.Addr != addr {
				t.Errorf("driver %q, bus %q, %v, %v; want %q, %q, %v, %v",
					got.Driver, got.Bus, got.Block, got.Addr, test.want.Driver, test.want.Bus, test.want.Block, addr)
			}
		})
	}
}

func TestAdapterThatSysfsDoesNotKnow(t *testing.T) {
	r := Radio{Name: "phy9"}
	sysfs(t.TempDir()).describe(&r)
	if r.Driver != "" || r.Bus != "" || !r.Addr.IsZero() || r.Block != NotBlocked {
		t.Errorf("%+v, want nothing known", r)
	}
}

// A radio that is switched off is not touched.
func TestMonitorOfARadioThatIsSwitchedOff(t *testing.T) {
	for soft, says := range map[string]string{"0": "hardware switch", "1": "'rfkill unblock wifi'"} {
		k := newKernel(t, station("wlan1", true))
		c := k.client()
		hard := map[string]string{"0": "1", "1": "0"}[soft]
		c.sys = adapter(t, "d", "s", map[string]string{"device/uevent": "", "rfkill0/soft": soft, "rfkill0/hard": hard})
		checkRefused(t, k, c, says)
	}
}
