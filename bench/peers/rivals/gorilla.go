// gorilla/websocket: a goroutine for each connection that reads, and for /broadcast one that writes.

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func echo(answer http.ResponseWriter, request *http.Request) {
	socket, err := upgrader.Upgrade(answer, request, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for {
		kind, data, err := socket.ReadMessage()
		if err != nil || socket.WriteMessage(kind, data) != nil {
			return
		}
	}
}

var (
	lock     sync.Mutex
	everyone = map[chan *websocket.PreparedMessage]bool{}
)

func broadcast(answer http.ResponseWriter, request *http.Request) {
	socket, err := upgrader.Upgrade(answer, request, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	waiting := make(chan *websocket.PreparedMessage, 256)
	lock.Lock()
	everyone[waiting] = true
	lock.Unlock()
	defer func() {
		lock.Lock()
		delete(everyone, waiting)
		close(waiting)
		lock.Unlock()
	}()
	go func() {
		for each := range waiting {
			socket.WritePreparedMessage(each)
		}
	}()
	for {
		kind, data, err := socket.ReadMessage()
		if err != nil {
			return
		}
		message, _ := websocket.NewPreparedMessage(kind, data)
		lock.Lock()
		for each := range everyone {
			each <- message
		}
		lock.Unlock()
	}
}

func main() {
	port := "0"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/broadcast", broadcast)
	fmt.Printf("listening on ws://%s\n", listener.Addr())
	http.Serve(listener, nil)
}
