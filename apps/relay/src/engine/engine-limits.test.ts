import { expect, it } from 'vitest'
import { ENGINE_LIMITS, limitFor, socketsFrom, type EngineLimits } from './engine-limits'
import { DEFAULT_IDENTITY, TAB_IDENTITY, type Identity } from './identity'

const token = (id: string): Identity => ({ ...DEFAULT_IDENTITY, id })
const SIZES = ['calls', 'callsOfIdentity', 'socketsOfIdentity', 'bindingsOfIdentity', 'messages'] as const
const sizesOf = (identity: Identity, limits: EngineLimits = ENGINE_LIMITS) => SIZES.map((name) => limitFor(limits, name, identity))

it('a page, a stranger and a token have the limits of security 3.10; a token may send 20,000 frames a second', () => {
  expect(sizesOf(TAB_IDENTITY)).toEqual([64, 256, 16, 100, 200])
  expect(sizesOf(token('guest:shop'))).toEqual([64, 256, 16, 100, 200])
  for (const one of [DEFAULT_IDENTITY, token('orders')]) expect(sizesOf(one)).toEqual([64, 256, 16, 100, 20_000])
})

it('a token that the operator named as a backend has larger ones, and no other has', () => {
  const limits = { ...ENGINE_LIMITS, backends: new Set(['orders']) }
  expect(sizesOf(token('orders'), limits)).toEqual([1024, 8192, 1000, 2000, 20_000])
  expect(sizesOf(DEFAULT_IDENTITY, limits)).toEqual(sizesOf(DEFAULT_IDENTITY))
})

it('another address has 64 sockets, this machine 1,000', () => {
  expect([socketsFrom(ENGINE_LIMITS, '192.0.2.1'), socketsFrom(ENGINE_LIMITS, 'loopback')]).toEqual([64, 1000])
})
