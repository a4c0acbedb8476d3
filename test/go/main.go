// A client of the environment's REST server as Go programs write one: net/http, which follows redirects by its own
// rules, and encoding/json, for which an absent host is a nil pointer. It plays the scenes of the contract against the
// server named by its argument and says which one failed.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"sync"
	"time"
)

type Host struct {
	HostID      string  `json:"hostid"`
	StateID     int     `json:"stateid"`
	TotalCPU    float64 `json:"total_cpu"`
	TotalMemory float64 `json:"total_memory"`
	UsageCPU    float64 `json:"usage_cpu"`
	UsageMemory float64 `json:"usage_memory"`
	DiskRead    float64 `json:"disk_read"`
	DiskWrite   float64 `json:"disk_write"`
	NetRX       float64 `json:"netrx"`
	NetTX       float64 `json:"nettx"`
	VMs         int     `json:"vms"`
	EnergyUsage float64 `json:"energy_usage"`
}

type VM struct {
	VMID        string  `json:"vmid"`
	StateID     int     `json:"stateid"`
	Deployed    bool    `json:"deployed"`
	HostID      string  `json:"hostid"`
	HostStateID int     `json:"hoststateid"`
	TotalCPU    float64 `json:"total_cpu"`
	TotalMemory float64 `json:"total_memory"`
	UsageCPU    float64 `json:"usage_cpu"`
	UsageMemory float64 `json:"usage_memory"`
	DiskRead    float64 `json:"disk_read"`
	DiskWrite   float64 `json:"disk_write"`
	NetRX       float64 `json:"netrx"`
	NetTX       float64 `json:"nettx"`
}

type Metric struct {
	Timestamp   time.Time `json:"timestamp"`
	CPU         float64   `json:"cpu"`
	Memory      float64   `json:"memory"`
	DiskRead    float64   `json:"disk_read"`
	DiskWrite   float64   `json:"disk_write"`
	NetRX       float64   `json:"netrx"`
	NetTX       float64   `json:"nettx"`
	EnergyUsage float64   `json:"energy_usage"`
}

var base string
var client = &http.Client{Timeout: 20 * time.Second}

// call treats every status but 200 as an error whose text is the body, as the original's client does.
func call(method, path string, body any) ([]byte, error) {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, base+path, sent)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(string(text))
	}
	return text, nil
}

func get[T any](path string) T {
	var value T
	text, err := call("GET", path, nil)
	must(err)
	must(json.Unmarshal(text, &value))
	return value
}

func do(method, path string, body any) {
	_, err := call(method, path, body)
	must(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func same(got, want any) {
	if !reflect.DeepEqual(got, want) {
		panic(fmt.Errorf("got %+v, want %+v", got, want))
	}
}

func refused(method, path string, body any, want string) {
	_, err := call(method, path, body)
	if err == nil {
		panic(fmt.Errorf("%s %s was not refused", method, path))
	}
	same(err.Error(), want)
}

func absent() {
	same(get[*Host]("/hosts/h1"), (*Host)(nil))
	same(get[*VM]("/vms/v1"), (*VM)(nil))
	same(get[[]*Host]("/hosts"), []*Host(nil))
	same(get[[]*VM]("/vms"), []*VM(nil))
	same(get[[]*Metric]("/metrics?hostid=nobody&metrictype=0&since=0&count=1"), []*Metric(nil))
}

func whole() {
	host := Host{HostID: "h<1>&", StateID: 7, TotalCPU: 1200, TotalMemory: 16785711104, UsageCPU: 0.1, NetTX: 1e21, VMs: 3}
	do("POST", "/hosts", host)
	host.StateID, host.VMs = 1, 0
	same(*get[*Host]("/hosts/h%3C1%3E&"), host)
	same(get[[]*Host]("/hosts"), []*Host{&host})
	do("DELETE", "/hosts/h%3C1%3E&", nil)
	absent()
}

func metrics() {
	do("POST", "/hosts", Host{HostID: "h1"})
	at := time.Now().Round(time.Microsecond)
	sent := Metric{Timestamp: at, CPU: 1.0 / 3, Memory: 10, EnergyUsage: 5e-324}
	do("POST", "/metrics?id=h1&metrictype=0", sent)
	since := func(at time.Time) []*Metric {
		return get[[]*Metric](fmt.Sprintf("/metrics?hostid=h1&metrictype=0&since=%d&count=1", at.UnixNano()))
	}
	read := since(at.Add(-time.Second))
	same(len(read), 1)
	same(read[0].Timestamp.Equal(at), true)
	read[0].Timestamp = at
	same(*read[0], sent)
	same(since(at), []*Metric(nil))
	same(get[*Host]("/hosts/h1").UsageCPU, 1.0/3)
	refused("POST", "/metrics?id=h2&metrictype=0", sent, "Host with id <h2> does not exist")
	refused("POST", "/metrics?id=h1&metrictype=2", sent, "Invalid metric type")
	do("DELETE", "/hosts/h1", nil)
}

func binding() {
	do("POST", "/hosts", Host{HostID: "h1"})
	do("POST", "/vms", VM{VMID: "v1", Deployed: true, HostID: "h1", HostStateID: 9})
	same(*get[*VM]("/vms/v1"), VM{VMID: "v1", StateID: 1})
	do("PUT", "/vms/v1/h1", nil)
	same(*get[*VM]("/vms/v1"), VM{VMID: "v1", StateID: 1, Deployed: true, HostID: "h1", HostStateID: 1})
	same(get[*Host]("/hosts/h1").VMs, 1)
	refused("PUT", "/vms/v1/h2", nil, "Host not found")
	do("DELETE", "/vms/v1/h1", nil)
	same(*get[*VM]("/vms/v1"), VM{VMID: "v1", StateID: 1})
	// An unbind from a host without a name: the client follows the redirect with its method, and deletes.
	do("DELETE", "/vms/v1/", nil)
	do("DELETE", "/hosts/h1", nil)
	absent()
}

func crowd() {
	var group sync.WaitGroup
	for i := 0; i < 40; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			_, err := call("POST", "/hosts", Host{HostID: fmt.Sprint("p", i)})
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}(i)
	}
	group.Wait()
	for i, host := range get[[]*Host]("/hosts") {
		same(host.StateID, i+1)
		do("DELETE", "/hosts/"+host.HostID, nil)
	}
	absent()
}

func main() {
	base = os.Args[1]
	scenes := []struct {
		name string
		play func()
	}{{"absent", absent}, {"whole", whole}, {"metrics", metrics}, {"binding", binding}, {"crowd", crowd}}
	for _, scene := range scenes {
		func() {
			defer func() {
				if problem := recover(); problem != nil {
					fmt.Fprintf(os.Stderr, "%s: %v\n", scene.name, problem)
					os.Exit(1)
				}
			}()
			scene.play()
		}()
		fmt.Println(scene.name)
	}
}
