import { expect, it } from 'vitest'
import { isForTerminal } from './terminal-shortcuts'

interface Case {
  readonly selection?: boolean
  readonly isReadOnly?: boolean
}

/** Who gets a key: the shell, or what else happens with it. */
function press(keys: string, { selection = false, isReadOnly = false }: Case = {}): string {
  const words = keys.split('+')
  const key = words.at(-1) ?? ''
  let did = ''
  const isTaken = isForTerminal(
    {
      type: 'keydown',
      key,
      code: /^[a-z]$/u.test(key) ? `Key${key.toUpperCase()}` : key === '`' ? 'Backquote' : key,
      ctrlKey: words.includes('Ctrl'),
      metaKey: words.includes('Cmd'),
      altKey: words.includes('Alt'),
      shiftKey: words.includes('Shift'),
      preventDefault: () => void (did += ' not the browser'),
    },
    {
      terminal: { hasSelection: () => selection },
      isReadOnly,
      onSearch: () => void (did += ' search'),
      onCopy: () => void (did += ' copy'),
    },
  )
  return `${isTaken ? 'shell' : 'page'}${did}`
}

it('gives a shell its keys, Tab and Ctrl with letters among them', () => {
  for (const keys of ['a', 'Tab', 'Ctrl+a', 'Ctrl+c', 'Ctrl+r', 'Ctrl+w', 'Alt+f', 'Ctrl+Alt+v', 'Escape'])
    expect(press(keys), keys).toBe('shell')
})

it('lets a person who has only a keyboard out again', () => {
  expect(press('Shift+Tab')).toBe('page')
  expect(press('Tab', { isReadOnly: true })).toBe('page')
  expect(press('Ctrl+`')).toBe('page')
})

it('copies, pastes and searches as everywhere', () => {
  expect(press('Ctrl+c', { selection: true })).toBe('page')
  expect(press('Ctrl+Shift+c', { selection: true })).toBe('page not the browser copy')
  expect(press('Ctrl+Shift+c')).toBe('page not the browser')
  expect(press('Ctrl+v')).toBe('page')
  expect(press('Cmd+c')).toBe('page')
  expect(press('Ctrl+f')).toBe('page not the browser search')
})
