// What every client of the interop tests does (see interop_test.py), with Go's gorilla/websocket.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const patience = 60 * time.Second

var (
	url         = flag.String("url", "", "of the route that echoes")
	compression = flag.Bool("compression", false, "offer permessage-deflate, and expect that it is taken up")
	authority   = flag.String("ca", "", "a file with the certificate to trust")
)

func require(fine bool, what string, more ...interface{}) {
	if !fine {
		fmt.Fprintf(os.Stderr, what+"\n", more...)
		os.Exit(1)
	}
}

func dial(writeBuffer int, subprotocols ...string) *websocket.Conn {
	dialer := websocket.Dialer{HandshakeTimeout: patience, EnableCompression: *compression,
		WriteBufferSize: writeBuffer, Subprotocols: subprotocols}
	if *authority != "" {
		certificate, err := os.ReadFile(*authority)
		require(err == nil, "%v", err)
		trusted := x509.NewCertPool()
		trusted.AppendCertsFromPEM(certificate)
		dialer.TLSClientConfig = &tls.Config{RootCAs: trusted}
	}
	connection, response, err := dialer.Dial(*url, nil)
	require(err == nil, "the handshake failed: %v", err)
	extensions := response.Header.Get("Sec-Websocket-Extensions")
	require(strings.HasPrefix(extensions, "permessage-deflate") == *compression, "extensions: %q", extensions)
	connection.SetReadDeadline(time.Now().Add(patience))
	return connection
}

func echo(connection *websocket.Conn, kind int, data []byte) {
	require(connection.WriteMessage(kind, data) == nil, "cannot send %d bytes", len(data))
	gotKind, got, err := connection.ReadMessage()
	require(err == nil, "%d bytes did not come back: %v", len(data), err)
	require(gotKind == kind && bytes.Equal(got, data), "%d bytes came back as %d others", len(data), len(got))
}

func closeOf(connection *websocket.Conn) *websocket.CloseError {
	_, _, err := connection.ReadMessage()
	told, is := err.(*websocket.CloseError)
	require(is, "no close frame came, but %v", err)
	return told
}

func main() {
	flag.Parse()

	connection := dial(0)
	for _, size := range []int{0, 1, 125, 126, 65535, 65536, 1 << 20} {
		echo(connection, websocket.TextMessage, bytes.Repeat([]byte("pushwire"), size/8+1)[:size])
		echo(connection, websocket.BinaryMessage, bytes.Repeat([]byte{0, 255, 7}, size/3+1)[:size])
	}
	ponged := ""
	connection.SetPongHandler(func(payload string) error { ponged = payload; return nil })
	require(connection.WriteControl(websocket.PingMessage, []byte("there?"), time.Now().Add(patience)) == nil, "ping")
	echo(connection, websocket.TextMessage, []byte("after the ping"))
	require(ponged == "there?", "the pong says %q", ponged)

	goodbye := websocket.FormatCloseMessage(4001, "enough")
	require(connection.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(patience)) == nil, "close")
	told := closeOf(connection)
	require(told.Code == 4001, "4001 was answered with %d", told.Code)

	// A small buffer makes the library send a message in fragments of that size.
	connection = dial(1000)
	echo(connection, websocket.TextMessage, bytes.Repeat([]byte("in pieces "), 5000))
	require(connection.WriteMessage(websocket.BinaryMessage, make([]byte, 1<<20+1)) == nil, "cannot send")
	told = closeOf(connection)
	require(told.Code == 1009 && strings.Contains(told.Text, "than this endpoint takes"), "too large: %v", told)

	connection = dial(0, "nobody-speaks-this", "superchat", "chat")
	require(connection.Subprotocol() == "superchat", "sub-protocol %q", connection.Subprotocol())
	connection.Close()
}
