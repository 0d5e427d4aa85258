import { expect, it } from 'vitest'
import { startModeChoice } from './start-mode'

it('begins a session only in a mode that may go on from session to session', () => {
  expect(startModeChoice('auto')).toBe('auto')
  expect(startModeChoice('accept-edits')).toBe('accept-edits')
  for (const other of ['bypass', 'plan', 'everything', '', null]) expect(startModeChoice(other)).toBe('ask')
})
