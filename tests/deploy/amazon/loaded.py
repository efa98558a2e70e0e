"""Amazon's command line, loaded once: each call is answered by a child of this process, with the caller's words,
environment, folder and streams. Its one argument is the path of the socket. It ends when its standard input does."""

import array
import contextlib
import io
import json
import os
import select
import signal
import socket
import sys
import traceback

from awscli import clidriver

CALL_BYTES_MAX = 1 << 20
STREAMS = 3


def answer(caller):
    told, control, _, _ = caller.recvmsg(CALL_BYTES_MAX, socket.CMSG_SPACE(STREAMS * array.array("i").itemsize))
    streams = array.array("i")
    streams.frombytes(control[0][2])
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    call = json.loads(told)
    os.chdir(call["folder"])
    # Where the command line keeps what it knows of each service; it has found that when it was loaded.
    data = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(call["environment"], AWS_DATA_PATH=data)
    sys.argv = call["arguments"]
    return clidriver.main()


def answer_in_child(listener, caller):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listener.close()
    code = 255
    try:
        code = answer(caller)
    except SystemExit as ended:
        code = ended.code or 0
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    caller.send(bytes([code & 255]))
    os._exit(0)


# A call that reaches nobody loads what every call needs.
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    clidriver.create_clidriver().main(["sts", "get-caller-identity", "--endpoint-url", "http://127.0.0.1:1"])
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
print("ready", flush=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
    caller, _ = listener.accept()
    if os.fork() == 0:
        answer_in_child(listener, caller)
    caller.close()
