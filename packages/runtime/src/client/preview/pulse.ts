const PING_MS = 1000
/** So many unanswered pings later it is called busy. */
const MISSED_PINGS = 3

interface PulseOptions {
  readonly beat: (n: number) => void
  readonly isBusy: (busy: boolean) => void
}

/** Asks the page every second whether it lives. */
export function createPulse({ beat, isBusy }: PulseOptions): { start(): void; stop(): void; answered(n: number): void } {
  let timer: ReturnType<typeof setInterval> | undefined
  let sent = 0
  let heard = 0
  let busy = false
  const say = (next: boolean): void => {
    if (next === busy) return
    busy = next
    isBusy(next)
  }
  const stop = (): void => clearInterval(timer)
  return {
    stop,
    start: () => {
      stop()
      sent = heard = 0
      busy = false
      timer = setInterval(() => {
        // A hidden tab's timers stand still, the page's with them.
        if (document.hidden) heard = sent
        else if (sent - heard >= MISSED_PINGS) say(true)
        sent += 1
        beat(sent)
      }, PING_MS)
    },
    answered: (n) => {
      heard = Math.max(heard, Math.min(n, sent))
      say(false)
    },
  }
}
