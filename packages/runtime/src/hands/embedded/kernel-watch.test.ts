import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { KernelWatch } from './kernel-watch'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A watch over a kernel and a page that answer while they are said to. */
function watched(): { watch: KernelWatch; kernel: { isBusy: boolean }; page: { isBusy: boolean }; silences: number[] } {
  const kernel = { isBusy: false }
  const page = { isBusy: false }
  const silences: number[] = []
  const watch = new KernelWatch({
    ping: () => {
      if (!kernel.isBusy) watch.kernelHeard()
      if (!page.isBusy) watch.pageHeard()
    },
    silent: (seconds) => {
      silences.push(seconds)
      watch.end()
    },
  })
  return { watch, kernel, page, silences }
}

it('gives a kernel up that is silent for 2 s while its page answers', () => {
  const { watch, kernel, silences } = watched()
  watch.begin()
  vi.advanceTimersByTime(60_000)
  expect(silences).toEqual([])
  kernel.isBusy = true
  vi.advanceTimersByTime(1750)
  expect(silences).toEqual([])
  vi.advanceTimersByTime(750)
  expect(silences).toEqual([2])
})

it('does not hold the time against it in which its page is busy, for 15 s', () => {
  const { watch, kernel, page, silences } = watched()
  watch.begin()
  kernel.isBusy = true
  page.isBusy = true
  vi.advanceTimersByTime(14_000)
  expect(silences).toEqual([])
  vi.advanceTimersByTime(1500)
  expect(silences).toEqual([15])
})

it('goes on counting where the page answers again', () => {
  const { watch, kernel, page, silences } = watched()
  watch.begin()
  kernel.isBusy = true
  vi.advanceTimersByTime(1000)
  page.isBusy = true
  vi.advanceTimersByTime(8000)
  page.isBusy = false
  vi.advanceTimersByTime(750)
  expect(silences).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(silences).toEqual([2])
})

it('does not hold the time against it in which it makes a worker, for 15 s', () => {
  const { watch, kernel, silences } = watched()
  watch.begin()
  watch.kernelStarts()
  kernel.isBusy = true
  vi.advanceTimersByTime(14_000)
  expect(silences).toEqual([])
  watch.kernelHeard()
  vi.advanceTimersByTime(2500)
  expect(silences).toEqual([2])
})

it('gives up one that makes a worker for ever', () => {
  const { watch, kernel, silences } = watched()
  watch.begin()
  watch.kernelStarts()
  kernel.isBusy = true
  vi.advanceTimersByTime(16_000)
  expect(silences).toEqual([15])
})

it('asks nobody while nobody waits', () => {
  const { watch, kernel, silences } = watched()
  kernel.isBusy = true
  const [one, other] = [watch.begin(), watch.begin()]
  one()
  vi.advanceTimersByTime(1000)
  other()
  vi.advanceTimersByTime(60_000)
  expect(silences).toEqual([])
})
