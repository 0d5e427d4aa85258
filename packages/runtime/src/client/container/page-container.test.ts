import { sessionId } from '@tabwright/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BOOT_MS, pageContainer, type PageContainer } from './page-container'
import type { Container } from './serve-container'

const ONE = sessionId('one')
const OTHER = sessionId('other')

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Booted {
  readonly page: PageContainer
  readonly ended: string[]
  readonly counts: { boots: number; nudges: number }
}

/** A page whose client boots as `boot` says. */
function booted(boot: (container: Container) => Promise<Container>, refusal: () => string | undefined = () => undefined): Booted {
  const ended: string[] = []
  const counts = { boots: 0, nudges: 0 }
  const page = pageContainer({
    boot: (step) => {
      const name = `container ${(counts.boots += 1)}`
      step('Starting Node')
      const unused = (): Promise<never> => Promise.reject(new Error('not used here'))
      return boot({
        workdir: `/home/${name}`,
        fs: { rm: unused },
        export: unused,
        mount: unused,
        spawn: unused,
        on: () => () => undefined,
        teardown: () => void ended.push(name),
      })
    },
    refusal,
    nudge: () => void (counts.nudges += 1),
  })
  return { page, ended, counts }
}

/** The first word on a port. */
function first(port: MessagePort): Promise<unknown> {
  return new Promise((resolve) => {
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data), { once: true })
    port.start()
  })
}

it('boots for the session that asks, and tells what it waits for', async () => {
  const { page } = booted((container) => Promise.resolve(container))
  const states: unknown[] = []
  page.watch(() => states.push(page.state()))
  expect(await page.open(ONE)).toMatchObject({ workdir: '/home/container 1' })
  expect(states).toEqual([
    { type: 'booting', step: 'Loading WebContainers from StackBlitz' },
    { type: 'booting', step: 'Starting Node' },
    { type: 'running' },
  ])
})

it('gives up after 30 s with a sentence that names the sandbox, and waits for the same boot when it is asked again', async () => {
  const late: ((container: Container) => void)[] = []
  const made: Container[] = []
  const { page, counts } = booted((container) => {
    made.push(container)
    return new Promise((resolve) => late.push(resolve))
  })
  const failed = page.open(ONE).catch((thrown: unknown) => thrown)
  await vi.advanceTimersByTimeAsync(BOOT_MS)
  expect(await failed).toMatchObject({
    failure: { code: 'unavailable', message: expect.stringMatching(/did not start within 30 s.*Choose "Sandbox in this tab"/) },
  })
  expect(page.state().type).toBe('failed')
  const again = page.open(ONE)
  await vi.advanceTimersByTimeAsync(10)
  for (const [at, resolve] of late.entries()) if (made[at]) resolve(made[at])
  expect(await again).toMatchObject({ workdir: '/home/container 1' })
  expect(counts).toEqual({ boots: 1, nudges: 1 })
})

it('is one in a page: a second session takes it over, and the first is told', async () => {
  const { page, ended } = booted((container) => Promise.resolve(container))
  const { port } = await page.open(ONE)
  const said = first(port)
  expect(await page.open(OTHER)).toMatchObject({ workdir: '/home/container 2' })
  expect(ended).toEqual(['container 1'])
  vi.useRealTimers()
  expect(await said).toMatchObject({ type: 'gone', message: expect.stringContaining('used by another session of this tab') })
  page.close(ONE)
  expect(ended).toEqual(['container 1'])
  page.close(OTHER)
  expect(ended).toEqual(['container 1', 'container 2'])
  expect(page.state()).toEqual({ type: 'off' })
})

it('loads nothing where it is refused beforehand', async () => {
  const { page, counts } = booted(
    (container) => Promise.resolve(container),
    () => 'It was not agreed to.',
  )
  await expect(page.open(ONE)).rejects.toMatchObject({
    failure: { code: 'unavailable', message: 'It was not agreed to. Nothing was run. Choose "Sandbox in this tab" to go on without it.' },
  })
  expect(counts.boots).toBe(0)
})
