package api

// hearNothing fills in what a server without sensor answers.
func (o *Options) hearNothing() {
	if o.Inventory == nil {
		o.Inventory = func() *Inventory { return &Inventory{} }
	}
	if o.Channels == nil {
		o.Channels = func() []ChannelActivity { return nil }
	}
	if o.PacketStats == nil {
		o.PacketStats = func() *PacketStats { return &PacketStats{} }
	}
	if o.Position == nil {
		o.Position = func() *Position { return nil }
	}
}
