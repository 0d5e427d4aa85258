import { sessionId } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { homeAddress, sessionAddress } from './address'

test('the demo and no relay stay in the address and nothing else does', () => {
  expect(sessionAddress(sessionId('a1'), '?relay=none&x=1&demo=1')).toBe('/s/a1?demo=1&relay=none')
  expect(homeAddress('?x=1')).toBe('/')
})
