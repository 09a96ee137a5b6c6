# picket: make demo | test | check | lab | bench | profile | build | detectors-report

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 10s
# Packages in which goroutines meet.
RACE    := ./alertcore/... ./api/... ./capture ./capture/live ./capture/radio/... ./cmd/...

# name:GOARCH:GOARM of everything we ship, all for Linux, all static.
TARGETS := amd64:amd64: arm64:arm64: armv6:arm:6 armv7:arm:7

.PHONY: demo test check lab lab-record bench profile build detectors-report fmt vet staticcheck race fuzz clean

demo:
	$(GO) run ./cmd/picket run --demo

test:
	$(GO) test ./...

# All that has to hold before a change lands; the tests come last, so that
# their verdict is what one reads.
check: fmt vet staticcheck build fuzz race test

fmt:
	@files=$$(git ls-files --cached --others --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

race:
	$(GO) test -race -short $(RACE)

fuzz:
	GO="$(GO)" test/fuzz.sh $(FUZZTIME)

build: $(foreach t,$(TARGETS),bin/picket-linux-$(firstword $(subst :, ,$(t))))

# One rule a target: bin/picket-linux-NAME.
define target
bin/picket-linux-$(word 1,$(subst :, ,$(1))): FORCE
	CGO_ENABLED=0 GOOS=linux GOARCH=$(word 2,$(subst :, ,$(1))) GOARM=$(word 3,$(subst :, ,$(1))) \
	  $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $$@ ./cmd/picket
endef
$(foreach t,$(TARGETS),$(eval $(call target,$(t))))

.PHONY: FORCE
FORCE:

# Real attacks on simulated radios, in a guest: see test/lab/README.md. With
# SCENARIO=karma that one alone. lab-record also writes to RECORD what the
# sensors hear.
lab:
	$(GO) run ./test/lab $(SCENARIO)

RECORD ?= bin/captures
lab-record:
	$(GO) run ./test/lab -record $(RECORD) $(SCENARIO)

bench:
	GO="$(GO)" test/bench.sh

# What detectors find, in which captures, and what they cost; docs/detectors.md.
detectors-report:
	$(GO) test -count=1 -run '^TestDetectorsPageIsUpToDate$$' ./detectors -report
	@cat docs/detectors.md

# The compiler optimises for what this profile says is hot. Make it anew when
# the way of a frame has changed.
profile:
	$(GO) test -run '^$$' -bench Replay -benchtime 10s -pgo=off -cpuprofile cmd/picket/default.pgo -o /dev/null ./cmd/picket

clean:
	rm -rf bin
