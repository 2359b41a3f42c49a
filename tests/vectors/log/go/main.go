// Command vectors makes test vectors, and reads what this project wrote, with implementations that nobody here wrote:
// sumdb/tlog and sumdb/note as they come with the Go toolchain, and its crypto/ed25519 and crypto/mldsa.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const size = 600

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func entry(i int) []byte { return []byte(fmt.Sprintf("entry %d", i)) }

type stored []tlog.Hash

func (s stored) ReadHashes(at []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range at {
		found = append(found, s[i])
	}
	return found, nil
}

func grown() stored {
	var hashes stored
	for i := 0; i < size; i++ {
		more, err := tlog.StoredHashes(int64(i), entry(i), hashes)
		check(err)
		hashes = append(hashes, more...)
	}
	return hashes
}

func encoded(hashes []tlog.Hash) []string {
	text := []string{}
	for _, one := range hashes {
		text = append(text, one.String())
	}
	return text
}

func seed(name string) []byte {
	digest := sha256.Sum256([]byte(name))
	return digest[:]
}

func keyID(name string, kind byte, public []byte) []byte {
	digest := sha256.Sum256(append([]byte(name+"\n"+string(rune(kind))), public...))
	return digest[:4]
}

func line(name string, kind byte, public, value []byte) string {
	return "\u2014 " + name + " " + base64.StdEncoding.EncodeToString(append(keyID(name, kind, public), value...)) + "\n"
}

func vkey(name string, kind byte, public []byte) string {
	material := base64.StdEncoding.EncodeToString(append([]byte{kind}, public...))
	return fmt.Sprintf("%s+%x+%s", name, keyID(name, kind, public), material)
}

func counted(text string) []byte { return append([]byte{byte(len(text))}, text...) }

// subtree is cosigned_message of C2SP tlog-cosignature.
func subtree(name, origin string, at, start, end uint64, root []byte) []byte {
	message := []byte("subtree/v1\n\x00")
	message = append(message, counted(name)...)
	message = binary.BigEndian.AppendUint64(message, at)
	message = append(message, counted(origin)...)
	message = binary.BigEndian.AppendUint64(message, start)
	message = binary.BigEndian.AppendUint64(message, end)
	return append(message, root...)
}

func makeVectors() {
	hashes := grown()
	out := map[string]any{"size": size}
	roots, inclusion, consistency := []string{}, []any{}, []any{}
	for n := int64(0); n <= size; n++ {
		root, err := tlog.TreeHash(n, hashes)
		check(err)
		roots = append(roots, root.String())
	}
	for _, n := range []int64{1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 513, size} {
		for _, i := range []int64{0, 1, n / 3, n / 2, n - 2, n - 1} {
			if i < 0 || i >= n {
				continue
			}
			proof, err := tlog.ProveRecord(n, i, hashes)
			check(err)
			inclusion = append(inclusion, map[string]any{"size": n, "index": i, "proof": encoded(proof)})
			tree, err := tlog.ProveTree(n, i+1, hashes)
			check(err)
			consistency = append(consistency, map[string]any{"size": n, "old": i + 1, "proof": encoded(tree)})
		}
	}
	out["roots"], out["inclusion"], out["consistency"] = roots, inclusion, consistency
	paths := map[string][]any{}
	for _, at := range []int64{0, 1, 999, 1000, 1234067, 999999999, 1000000000} {
		for _, w := range []int{1, 255, 256} {
			tile := tlog.Tile{H: 8, L: 3, N: at, W: w}
			paths[strings.Replace(tile.Path(), "tile/8/", "tile/", 1)] = []any{3, at, w}
		}
	}
	out["paths"] = paths

	origin := "log.example/vectors"
	logKey := ed25519.NewKeyFromSeed(seed("log"))
	logPublic := []byte(logKey.Public().(ed25519.PublicKey))
	root, err := tlog.TreeHash(size, hashes)
	check(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root.String())
	signerKey := fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", origin, keyID(origin, 1, logPublic),
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed("log")...)))
	signer, err := note.NewSigner(signerKey)
	check(err)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)

	at := uint64(1_790_000_000)
	one := "witness.example/one"
	oneKey := ed25519.NewKeyFromSeed(seed("one"))
	onePublic := []byte(oneKey.Public().(ed25519.PublicKey))
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
	time := binary.BigEndian.AppendUint64(nil, at)
	oneLine := line(one, 4, onePublic, append(bytes.Clone(time), ed25519.Sign(oneKey, []byte(message))...))

	two := "witness.example/two"
	twoKey, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), seed("two"))
	check(err)
	value, err := twoKey.SignDeterministic(subtree(two, origin, at, 0, size, root[:]), nil)
	check(err)
	twoLine := line(two, 6, twoKey.PublicKey().Bytes(), append(bytes.Clone(time), value...))
	value, err = twoKey.SignDeterministic(subtree(two, origin, 0, 256, 512, hashes[tlog.StoredHashIndex(8, 1)][:]), nil)
	check(err)
	subtreeLine := line(two, 6, twoKey.PublicKey().Bytes(), append(make([]byte, 8), value...))

	out["checkpoint"] = string(signed) + oneLine + twoLine
	out["subtree"] = map[string]any{"start": 256, "end": 512, "line": subtreeLine}
	out["time"] = at
	out["keys"] = map[string]string{
		"log": vkey(origin, 1, logPublic), "one": vkey(one, 4, onePublic), "two": vkey(two, 6, twoKey.PublicKey().Bytes()),
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	check(encoder.Encode(out))
}

type folder string

func (f folder) Height() int                             { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, d [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// read checks an exported folder: the signature, every tile against the root, every entry, and proofs from the tiles.
func read(path, key string) {
	verifier, err := note.NewVerifier(key)
	check(err)
	signed, err := os.ReadFile(filepath.Join(path, "checkpoint"))
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	n, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	hashes := tlog.TileHashReader(tlog.Tree{N: n, Hash: root}, folder(path))
	entries := 0
	for first := int64(0); first < n; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(min(256, n-first))}
		name := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(path, name))
		check(err)
		for i := first; len(data) > 0; i++ {
			length := int(binary.BigEndian.Uint16(data))
			record := data[2 : 2+length]
			data = data[2+length:]
			held, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
			check(err)
			if held[0] != tlog.RecordHash(record) {
				check(fmt.Errorf("entry %d does not have its hash", i))
			}
			if i%37 == 0 || i == n-1 {
				proof, err := tlog.ProveRecord(n, i, hashes)
				check(err)
				check(tlog.CheckRecord(proof, n, root, i, held[0]))
			}
			entries++
		}
	}
	fmt.Printf("%d entries\n", entries)
}

// verify checks proofs that this project made, given as JSON, and cosignatures with ML-DSA-44.
func verify(path string) {
	data, err := os.ReadFile(path)
	check(err)
	var given struct {
		Inclusion []struct {
			Size, Index int64
			Root, Leaf  tlog.Hash
			Proof       []tlog.Hash
		}
		Consistency []struct {
			Size, Old     int64
			Root, OldRoot tlog.Hash
			Proof         []tlog.Hash
		}
		Cosigned []struct {
			Name, Origin      string
			Time, Start, End  uint64
			Root              tlog.Hash
			Public, Signature []byte
		}
	}
	check(json.Unmarshal(data, &given))
	for _, one := range given.Inclusion {
		check(tlog.CheckRecord(one.Proof, one.Size, one.Root, one.Index, one.Leaf))
	}
	for _, one := range given.Consistency {
		check(tlog.CheckTree(one.Proof, one.Size, one.Root, one.Old, one.OldRoot))
	}
	for _, one := range given.Cosigned {
		public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), one.Public)
		check(err)
		message := subtree(one.Name, one.Origin, one.Time, one.Start, one.End, one.Root[:])
		check(mldsa.Verify(public, message, one.Signature, nil))
	}
	fmt.Printf("%d proofs, %d cosignatures\n", len(given.Inclusion)+len(given.Consistency), len(given.Cosigned))
}

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "make":
		makeVectors()
	case len(os.Args) == 4 && os.Args[1] == "read":
		read(os.Args[2], os.Args[3])
	case len(os.Args) == 3 && os.Args[1] == "verify":
		verify(os.Args[2])
	default:
		check(fmt.Errorf("usage: vectors make | read <folder> <vkey> | verify <file>"))
	}
}
