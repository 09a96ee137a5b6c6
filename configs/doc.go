// Package configs reads configuration in Kismet's syntax and holds the files
// that picket ships.
//
// A file has one key=value a line. Blanks around key and value are dropped,
// keys are case-insensitive, a line that begins with # is a comment. Files
// name others:
//
//	include=FILE       read here; a missing file is an error
//	opt_include=FILE   read here if it exists
//	opt_override=FILE  read last if it exists: it replaces what was set before
//	                   of every key it sets, unless each use of that key in it
//	                   is written key+=value, which adds
//
// A relative FILE lies beside the file that names it; a file named twice is
// read once. In paths, %h is the home folder, %E the folder of the file that
// is being read and %S the data folder (not in data_folder and include lines).
//
// Values come in layers, of which a later one wins: the files built into the
// program, files of the same name in /etc/picket, files named by --config in
// their order, flags. Within a layer the first use of a key counts, as in
// Kismet. Lines of alert=, apspoof= and ssidcanary= accumulate over the layers
// by their name: those of a higher layer replace those of the same name in
// lower ones. So do detector_option= lines, by detector and option. source=
// lines of a higher layer replace all of the lower ones.
//
// Every value keeps its Origin, and every error says file, line, key and what
// was expected.
package configs
