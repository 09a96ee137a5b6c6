// Package hop decides where radios listen, and for how long.
//
// All radios of a sensor share one [Plan]; each takes a [Seat] in it and asks it, again and again, where to go next. A
// radio goes where nobody has listened for longest, never to where another one is: so radios that can tune to the
// same channels split them, and when one is unplugged the others take its share at once. On top of that:
//
//   - The time on a channel follows what is heard there: from half to twice the mean.
//   - A channel on which nothing is heard is visited half as often, and a quarter as often if it is one of a default
//     list that hardly anybody uses.
//   - A lead, a channel on which something goes on that a detector wants to hear more of, is visited every second
//     time and for thrice as long. Where another radio can do the rounds meanwhile, one is parked on it instead.
//   - A channel that can't be tuned to is left out for a while, longer each time.
//
// What could not be heard is known: [Plan.Watched] tells how much of the last minute each channel had a radio on it.
//
// The package has no clock and no radios. It is told the time and what became of each stop, so that its decisions
// are the same for the same history.
package hop
