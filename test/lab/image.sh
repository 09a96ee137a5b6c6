#!/usr/bin/env bash
# Builds the guest of the radio lab out of unmodified Debian packages:
#
#   image.sh CACHE OUT INIT
#
# CACHE keeps the packages from one build to the next, OUT gets vmlinux and
# initrd.cpio, INIT is the first program of the guest. Needs apt-get, dpkg-deb,
# cpio, xz and zstd, on Debian for amd64, and neither root nor an index of
# packages that somebody else keeps up to date.
#
# The packages are unpacked into a staging tree. Only the programs in bins, the
# shared libraries that they load, and the kernel modules in modules, with what
# those depend on, go into the image.
set -euo pipefail
cache=$(realpath -m "$1") out=$(realpath -m "$2") init=$(realpath "$3")

# The kernel is the one that linux-image-amd64 stands for today. Of what the
# other packages depend on, only libraries are fetched.
packages="bash busybox-static kmod iproute2 iw wireless-regdb tcpdump jq util-linux
          libcap2-bin hostapd wpasupplicant aircrack-ng mdk4 tcpreplay"

# busybox has the rest.
bins="bash ip iw tcpdump jq setpriv setcap hostapd hostapd_cli wpa_supplicant wpa_cli
      aireplay-ng airbase-ng mdk4 tcpreplay"

data="usr/lib/firmware usr/share/mdk4 usr/lib/x86_64-linux-gnu/ossl-modules"

# 9p: the folder shared with the host. tun: airbase-ng. bridge: networks of
# several access points. The others are what mac80211 asks for by alias.
modules="virtio_pci virtio_rng 9p 9pnet_virtio mac80211_hwsim tun bridge
         ccm gcm cmac ctr aesni_intel ghash_generic"

# ---- Which packages, and their files

mkdir -p "$cache"/{debs,apt/state/lists/partial,apt/cache/archives/partial}
# apt with an index of its own, so that it needs no rights and is never stale.
apt() {
    "apt-$1" -qq -o Dir::State="$cache/apt/state" -o Dir::Cache="$cache/apt/cache" \
        -o Dir::State::status=/var/lib/dpkg/status -o APT::Sandbox::User= \
        -o Acquire::Retries=3 -o APT::Architecture=amd64 "${@:2}"
}
apt get update

kernel=$(apt cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }')
[ -n "$kernel" ] || { echo "no package linux-image-amd64: this needs Debian's mirrors" >&2; exit 1; }
all=$(printf '%s\n' $packages | sort -u)
while :; do
    libs=$(apt cache depends -i --no-recommends --no-suggests $all |
        awk '$1 ~ /Depends:$/ { print $NF }' | grep -E '^(lib|zlib1g$)' || true)
    more=$(printf '%s\n' $all $libs | sort -u)
    [ "$more" != "$all" ] || break
    all=$more
done

files=$(cd / && apt get download --print-uris $all "$kernel" | awk '{ print $2 }') # names none that lies there
[ "$(wc -w <<<"$files")" -gt "$(wc -w <<<"$packages")" ] || { echo "can't find the packages" >&2; exit 1; }
cd "$cache/debs"
missing=$(for f in $files; do [ -e "$f" ] || echo "${f%%_*}"; done)
[ -z "$missing" ] || apt get download $missing
for f in *.deb; do
    grep -qxF -e "$f" <<<"$files" || rm -f "$f" # of an earlier build
done

work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
stage=$work/stage root=$work/root lib=usr/lib/x86_64-linux-gnu
mkdir -p "$stage"/usr/{bin,sbin,lib,lib64}
for d in bin sbin lib lib64; do ln -s "usr/$d" "$stage/$d"; done # /usr is merged
for f in $files; do
    dpkg-deb --fsys-tarfile "$f" | tar -x --keep-directory-symlink -C "$stage"
done

# ---- Programs and their libraries

mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,$lib,proc,sys,dev,run,tmp,etc,root,share}
for d in bin sbin lib lib64; do ln -s "usr/$d" "$root/$d"; done
loader=$stage/lib64/ld-linux-x86-64.so.2 # asked for libraries, so that the host's play no part
cp -L "$loader" "$root/lib64/"
cp "$stage/bin/busybox" "$root/bin/"
for b in $bins; do
    for d in usr/bin usr/sbin; do [ ! -e "$stage/$d/$b" ] || f=$d/$b; done
    cp -L "$stage/$f" "$root/$f"
    "$loader" --library-path "$stage/$lib" --list "$stage/$f" |
        awk '$2 == "=>" && $3 ~ /^\// { print $3 }'
done | sort -u | while read -r so; do cp -L "$so" "$root/$lib/"; done
for d in $data; do
    [ ! -e "$stage/$d" ] || { mkdir -p "$root/$(dirname "$d")"; cp -a "$stage/$d" "$root/$(dirname "$d")/"; }
done
# The kernel trusts the regulatory database in Debian's copy: it knows the key.
for f in regulatory.db regulatory.db.p7s; do ln -sf "$f-debian" "$root/usr/lib/firmware/$f"; done

# ---- Kernel modules

version=$(basename "$stage"/lib/modules/*)
tree=lib/modules/$version
kmod() { "$loader" --argv0 "$1" --library-path "$stage/$lib" "$stage/bin/kmod" "${@:2}"; }
need=$modules
while [ -n "${need// /}" ]; do
    depends=
    for m in $need; do
        ko=$(find "$stage/$tree/kernel" -name "${m//_/[-_]}.ko*" -printf '%P\n' -quit)
        [ -n "$ko" ] || { echo "the kernel has no module $m" >&2; continue; }
        [ ! -e "$root/$tree/kernel/$ko" ] || continue
        mkdir -p "$root/$tree/kernel/$(dirname "$ko")"
        cp "$stage/$tree/kernel/$ko" "$root/$tree/kernel/$ko"
        depends+=" $(kmod modinfo -F depends "$root/$tree/kernel/$ko" | tr ',\n' '  ')"
    done
    need=$depends
done
cp "$stage/$tree"/modules.{builtin,builtin.modinfo,order} "$root/$tree/"
kmod depmod -b "$root" "$version"

# ---- The kernel, unpacked here rather than, slowly, in the guest

# Debian's vmlinuz holds a compressed ELF image, which QEMU boots by PVH. After
# it come other bytes, which the unpacker complains of.
unpack() { # magic, unpacker
    local offset
    offset=$(LC_ALL=C grep -obaPm1 "$1" "$stage/boot/vmlinuz-$version" | head -n1 | cut -d: -f1)
    [ -n "$offset" ] || return 0
    tail -c "+$((offset + 1))" "$stage/boot/vmlinuz-$version" | "${@:2}" >"$out/vmlinux" 2>/dev/null || true
}
is_elf() { [ -e "$out/vmlinux" ] && [ "$(head -c 4 "$out/vmlinux" | tail -c 3)" = ELF ]; }
mkdir -p "$out"
unpack '\xfd7zXZ\x00' xz -dcq
is_elf || unpack '\x28\xb5\x2f\xfd' zstd -dcq
is_elf || { echo "can't unpack the kernel of $kernel" >&2; exit 1; }

# ---- The image

install -m 755 "$init" "$root/init"
printf '%s\n' root:x:0:0:root:/root:/bin/sh picket:x:1000:1000:picket:/tmp:/bin/sh >"$root/etc/passwd"
printf '%s\n' root:x:0: picket:x:1000: >"$root/etc/group"
(cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$out/initrd.cpio"
echo "$version" >"$out/version"
