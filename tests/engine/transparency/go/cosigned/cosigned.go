// cosigned checks a tlog-proof whose checkpoint witnesses have cosigned, with Go's own code for
// notes and trees: golang.org/x/mod/sumdb/note and tlog. That knows no cosignatures; what they sign
// is computed here from c2sp.org/tlog-cosignature alone.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run cosigned.go PROOF LEAF LOG_VKEY WITNESS_VKEY...
//
// LEAF is the entry's leaf hash in base64. Prints "size N" and a line "NAME TIME" for each witness
// that has cosigned, and exits 0 when the log and every witness named have signed.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const cosignatureType = 4

// witness is a note.Verifier of Ed25519 cosignatures. It remembers when it was that it signed.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time uint64
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	w.time = binary.BigEndian.Uint64(sig)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.time, text)
	return ed25519.Verify(w.key, []byte(message), sig[8:])
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("vkey %q", vkey)
	}
	id, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return nil, fmt.Errorf("vkey %q is not a witness's", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(id) {
		return nil, fmt.Errorf("vkey %q has another id", vkey)
	}
	return &witness{name: parts[0], hash: uint32(id), key: key[1:]}, nil
}

type proof struct {
	index      int64
	path       tlog.RecordProof
	checkpoint []byte
}

func hash(text string) (tlog.Hash, error) {
	var h tlog.Hash
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != tlog.HashSize {
		return h, fmt.Errorf("hash %q", text)
	}
	copy(h[:], data)
	return h, nil
}

func parse(file []byte) (proof, error) {
	var p proof
	split := bytes.Index(file, []byte("\n\n"))
	if split < 0 {
		return p, fmt.Errorf("no checkpoint")
	}
	lines := strings.Split(string(file[:split]), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, fmt.Errorf("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return p, err
	}
	p.index, p.checkpoint = index, file[split+2:]
	for _, line := range lines[2:] {
		h, err := hash(line)
		if err != nil {
			return p, err
		}
		p.path = append(p.path, h)
	}
	return p, nil
}

func check(path, leaf, logKey string, witnessKeys []string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	p, err := parse(file)
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return err
	}
	verifiers := []note.Verifier{log}
	var witnesses []*witness
	for _, vkey := range witnessKeys {
		w, err := newWitness(vkey)
		if err != nil {
			return err
		}
		witnesses = append(witnesses, w)
		verifiers = append(verifiers, w)
	}
	opened, err := note.Open(p.checkpoint, note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(verifiers) {
		return fmt.Errorf("%d of %d have signed", len(opened.Sigs), len(verifiers))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() {
		return fmt.Errorf("not a checkpoint of %s", log.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := hash(lines[2])
	if err != nil {
		return err
	}
	leafHash, err := hash(leaf)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(p.path, size, root, p.index, leafHash); err != nil {
		return err
	}
	fmt.Printf("size %d\n", size)
	for _, w := range witnesses {
		fmt.Printf("%s %d\n", w.name, w.time)
	}
	return nil
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: cosigned PROOF LEAF LOG_VKEY WITNESS_VKEY...")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, "cosigned:", err)
		os.Exit(1)
	}
}
