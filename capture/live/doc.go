// Package live makes sources of Wi-Fi adapters: sources of frames that go on through all that happens to an adapter.
//
// A [Source] opens a monitor interface on its adapter, tunes it and hands frames on. When that ends, because the
// adapter was unplugged, its interface was put down or deleted, or its driver gave up, the source says so, tries again
// with growing pauses and as soon as the adapter is seen to be back, and goes on where it was; nobody who reads it
// notices more than a silence. Sources are opened by an [Air], which shares the channels out among them, hands out no
// adapter twice and knows what was watched when.
package live
