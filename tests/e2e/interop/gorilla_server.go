// An echo server on gorilla/websocket: [-compression] [-cert FILE -key FILE]. The first line says where it listens.

package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	CheckOrigin:  func(*http.Request) bool { return true },
	Subprotocols: []string{"superchat"},
}

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

func main() {
	compression := flag.Bool("compression", false, "permessage-deflate")
	cert := flag.String("cert", "", "a certificate")
	key := flag.String("key", "", "its key")
	flag.Parse()
	upgrader.EnableCompression = *compression
	http.HandleFunc("/", echo)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	scheme := "ws"
	if *cert != "" {
		scheme = "wss"
	}
	fmt.Printf("listening on %s://%s\n", scheme, listener.Addr())
	if *cert != "" {
		err = http.ServeTLS(listener, nil, *cert, *key)
	} else {
		err = http.Serve(listener, nil)
	}
	fmt.Fprintln(os.Stderr, err)
}
