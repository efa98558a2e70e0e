//! What becomes of lines when the output takes them, takes nothing, or fails.

use std::sync::{Arc, mpsc};

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn an_overlong_line_is_cut_between_characters_and_still_ends() {
    let line = String::from_utf8(within_limit("a€".repeat(LINE_MAX).as_bytes())).unwrap();
    assert!(line.len() <= LINE_MAX);
    assert!(line.ends_with("…\n"));
    assert_eq!(within_limit(b"hello\n"), b"hello\n");
}

#[test]
fn lines_are_written_in_their_order_and_a_flush_waits_for_all() {
    let (queue, output) = (queue(), Output::default());
    let lines: Vec<String> = (0..1_000).map(|number| format!("{number}\n")).collect();
    for line in &lines {
        queue.push(line.as_bytes());
    }
    write(&queue, output.clone());
    queue.flush(PATIENCE);
    assert_eq!(output.text(), lines.concat());
}

#[test]
fn an_output_that_takes_nothing_delays_nobody_and_what_it_misses_is_counted() {
    let queue = queue();
    let (_held, waits) = mpsc::channel();
    write(&queue, Stuck(waits));
    let line = [b'x'; LINE_MAX];
    let lines = 2 * BYTES_MAX / LINE_MAX;
    let began = Instant::now();
    for _ in 0..lines {
        queue.push(&line);
    }
    assert!(queue.lock().bytes <= BYTES_MAX);
    let kept = BYTES_MAX / LINE_MAX;
    let overflowed = usize::try_from(queue.overflowed.load(Ordering::Relaxed)).unwrap();
    // One may be in the writer's hands.
    assert!((lines - kept - 1..=lines - kept).contains(&overflowed));
    queue.flush(Duration::from_millis(50));
    assert!(began.elapsed() < PATIENCE);
}

#[test]
fn a_line_that_was_torn_is_ended_before_the_next() {
    let (queue, output) = (queue(), Output::default());
    let bytes_left = 8;
    *output.0.lock().unwrap() = (Vec::new(), bytes_left);
    write(&queue, output.clone());
    for line in ["first\n", "second\n", "third\n"] {
        queue.push(line.as_bytes());
    }
    queue.flush(PATIENCE);
    assert_eq!(output.text(), "first\nse");
    assert_eq!(queue.failed.load(Ordering::Relaxed), 2);
    output.0.lock().unwrap().1 = usize::MAX;
    queue.push(b"fourth\n");
    queue.flush(PATIENCE);
    assert_eq!(output.text(), "first\nse\nfourth\n");
}

fn queue() -> Arc<LineQueue> {
    Arc::new(LineQueue::new())
}

/// Has a thread write the lines; it ends with the test's process.
fn write(queue: &Arc<LineQueue>, output: impl Write + Send + 'static) {
    let queue = Arc::clone(queue);
    thread::spawn(move || queue.run(output));
}

/// What was written, and how many bytes more there is room for.
#[derive(Clone)]
struct Output(Arc<Mutex<(Vec<u8>, usize)>>);

impl Default for Output {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((Vec::new(), usize::MAX))))
    }
}

impl Output {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (written, room) = &mut *self.0.lock().unwrap();
        let fits = bytes.len().min(*room);
        if fits == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        written.extend_from_slice(&bytes[..fits]);
        *room -= fits;
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes nothing for as long as the other end is held.
struct Stuck(mpsc::Receiver<()>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
