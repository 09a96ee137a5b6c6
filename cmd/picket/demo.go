package main

import (
	"bytes"
	_ "embed" // for demoCapture
	"fmt"
	"os"

	"picket/capture"
	"picket/configs"
)

// demoCapture is described in demo/README.md.
//
//go:embed demo/demo.pcap.gz
var demoCapture []byte

// demoFlags are the options of the demonstration: its own address, and rules
// for the networks in the capture.
func demoFlags(folder string) []configs.Flag {
	return []configs.Flag{
		{Name: "--demo", Key: "data_folder", Value: folder},
		{Name: "--demo", Key: "httpd_bind_address", Value: "127.0.0.1"},
		{Name: "--demo", Key: "httpd_port", Value: "2502"},
		{Name: "--demo", Key: "apspoof", Value: `DemoHome:ssid="^HomeNet$",validmacs="9c:5c:8e:10:00:01"`},
		{Name: "--demo", Key: "ssidcanary", Value: `DemoCafe:ssid="^CoffeeShop$"`},
	}
}

// openDemo replays the capture in real time, for ever.
func openDemo() (capture.Source, error) {
	src, err := capture.Loop(func() (capture.Source, error) {
		return capture.NewReader(bytes.NewReader(demoCapture), capture.FileOptions{Name: "demo", Definition: "--demo"}), nil
	})
	if err != nil {
		return nil, err
	}
	return capture.Realtime(src), nil
}

// demoFolder makes a data folder that is gone when the demonstration ends.
func demoFolder() (folder string, remove func(), err error) {
	folder, err = os.MkdirTemp("", "picket-demo-*")
	if err != nil {
		return "", nil, fmt.Errorf("make a data folder for the demonstration: %w", err)
	}
	return folder, func() { os.RemoveAll(folder) }, nil
}
