package api

import (
	"fmt"
	"io"
	"testing"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// BenchmarkDevices is what requests for devices cost when the tables are full:
// the page that the web interface asks for each second, and the whole list.
func BenchmarkDevices(b *testing.B) {
	const full = 4096 + 16384
	var many Inventory
	for i := range full {
		many.Devices = append(many.Devices, Device{
			Address: DeviceAddress{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}, Type: Client, Last: int64(i * 7919 % full), SSID: fmt.Sprint("net ", i),
		})
	}
	s := &Server{o: Options{Inventory: func() *Inventory { return &many }}}
	b.Run("page", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var ctx fasthttp.RequestCtx
			ctx.Request.Header.SetMethod("POST")
			ctx.Request.Header.SetContentType(typeForm)
			ctx.Request.SetRequestURI("/devices/views/all/devices.json")
			ctx.Request.SetBodyString(posted(`{"fields":["kismet.device.base.key","kismet.device.base.packets.rrd","kismet.device.base.commonname","kismet.device.base.last_time"]}`) +
				"&page=0&length=20&sort=kismet.device.base.last_time&sort_dir=asc&search=net+7")
			ctx.SetUserValue(paramView, "all")
			s.devicesInView(&ctx)
			if len(ctx.Response.Body()) < 1000 {
				b.Fatalf("%s", ctx.Response.Body())
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		list := many.in(deviceViews[0], 0)
		for b.Loop() {
			r := &arrayReader{record: func(i int) tracked.Value { return tracked.Nested(list[i].object()) }, count: len(list)}
			n, err := io.Copy(io.Discard, r)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(n)
		}
	})
}
