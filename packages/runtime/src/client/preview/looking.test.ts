import type { PreviewOrder } from '@tabwright/protocol'
import { afterEach, expect, it, vi } from 'vitest'
import { createLooking, sightOf } from './looking'
import { createViewStore } from './view-store'

afterEach(() => void vi.useRealTimers())

const seen = (n: number, text: string) => ({ type: 'seen', n, text, width: 300, height: 200 }) as const

it('asks the page by a number of its own each time, and does not wait for one that is silent', async () => {
  vi.useFakeTimers()
  const orders: PreviewOrder[] = []
  const looking = createLooking((order) => void orders.push(order))
  const [first, second] = [looking.look(), looking.look()]
  expect(orders).toEqual([
    { type: 'look', n: 1 },
    { type: 'look', n: 2 },
  ])
  looking.heard(seen(2, 'two'))
  looking.heard(seen(7, 'nobody asked'))
  expect(await second).toMatchObject({ text: 'two' })
  await vi.advanceTimersByTimeAsync(3000)
  expect(await first).toBeUndefined()
})

it('tells the page that is there once it has started, and its console', async () => {
  const store = createViewStore()
  store.set({ status: { type: 'starting' }, path: '/', title: '' })
  const page = { look: async () => seen(1, 'Hello'), picture: () => Promise.reject(new Error('nobody asked for one')) }
  const sight = sightOf(store, () => page)
  store.set({ status: { type: 'shown' }, path: '/a', title: 'A', port: 3000 })
  store.print('error', 'broken', 'a.js:1')
  expect(await sight).toMatchObject({
    status: { type: 'shown' },
    path: '/a',
    port: 3000,
    errors: 1,
    rows: [{ level: 'error', text: 'broken', source: 'a.js:1' }],
    page: { text: 'Hello', width: 300, height: 200 },
  })
})

it('asks no page where none is shown', async () => {
  const store = createViewStore()
  store.set({ status: { type: 'busy' } })
  const nobody = () => Promise.reject(new Error('nobody is to be asked'))
  const sight = await sightOf(store, () => ({ look: nobody, picture: nobody }), true)
  expect(sight).toMatchObject({ status: { type: 'busy' } })
  expect([sight.page, sight.picture]).toEqual([undefined, undefined])
})

it('brings a picture where one is wanted, and says why there is none', async () => {
  vi.useFakeTimers()
  const orders: PreviewOrder[] = []
  const looking = createLooking((order) => void orders.push(order))
  const store = createViewStore()
  store.set({ status: { type: 'shown' } })
  const look = (hear: (n: number) => void) => {
    const sight = sightOf(store, () => looking, true)
    return vi
      .waitFor(() => expect(orders.at(-1)?.type).toBe('picture'))
      .then(async () => {
        const asked = orders.splice(0)
        for (const order of asked) if (order.type === 'picture') hear(order.n)
        await vi.advanceTimersByTimeAsync(10_000)
        return sight
      })
  }
  const bytes = new Uint8Array([1, 2])
  const shown = await look((n) => looking.heard({ type: 'pictured', n, bytes, lacks: ['a video whose frames cannot be read'] }))
  expect(shown.picture).toEqual({ bytes, lacks: ['a video whose frames cannot be read'] })
  const none = await look((n) => looking.heard({ type: 'unpictured', n, why: 'no room' }))
  expect(none.picture).toEqual({ why: 'no room' })
  const silent = await look(() => undefined)
  expect(silent.picture).toEqual({ why: 'the page did not make one within 10 s' })
  expect(silent.page).toBeUndefined()
})
