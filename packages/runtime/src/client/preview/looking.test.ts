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
  looking.seen(seen(2, 'two'))
  looking.seen(seen(7, 'nobody asked'))
  expect(await second).toMatchObject({ text: 'two' })
  await vi.advanceTimersByTimeAsync(3000)
  expect(await first).toBeUndefined()
})

it('tells the page that is there once it has started, and its console', async () => {
  const store = createViewStore()
  store.set({ status: { type: 'starting' }, path: '/', title: '' })
  const sight = sightOf(store, async () => seen(1, 'Hello'))
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
  const sight = await sightOf(store, () => Promise.reject(new Error('nobody is to be asked')))
  expect(sight).toMatchObject({ status: { type: 'busy' } })
  expect(sight.page).toBeUndefined()
})
