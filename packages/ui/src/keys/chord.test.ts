import { describe, expect, it } from 'vitest'
import { chordText, isChord, isMacLike, isPressed, isSameChord, recordedChord, type Pressed } from './chord'

const press = (code: string, held: Partial<Pressed> = {}): Pressed => ({
  code,
  key: code.replace(/^Key/, '').toLowerCase(),
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('keys of the page', () => {
  it('are known by their place, with Ctrl or ⌘ for Mod and nothing more held than they say', () => {
    expect(isPressed('Mod+KeyK', press('KeyK', { ctrlKey: true }))).toBe(true)
    expect(isPressed('Mod+KeyK', press('KeyK', { metaKey: true }))).toBe(true)
    expect(isPressed('Mod+KeyK', press('KeyK', { ctrlKey: true, shiftKey: true }))).toBe(false)
    expect(isPressed('Mod+KeyK', press('KeyK'))).toBe(false)
    // What Option makes of N on a Mac is another sign; its place is the same.
    expect(isPressed('Alt+Shift+KeyN', press('KeyN', { key: '˜', altKey: true, shiftKey: true }))).toBe(true)
    expect(isPressed('Ctrl+Backquote', press('Backquote', { metaKey: true }))).toBe(false)
    expect(isPressed('Alt+KeyM', press('KeyM', { altKey: true, ctrlKey: true }))).toBe(false)
    expect(isPressed('?', press('Slash', { key: '?', shiftKey: true }))).toBe(true)
    expect(isPressed('?', press('Slash', { key: '?', shiftKey: true, ctrlKey: true }))).toBe(false)
  })

  it('are read from what is pressed, and kept from those that would take typing or the browser away', () => {
    expect(recordedChord(press('ControlLeft', { key: 'Control', ctrlKey: true }), false)).toEqual({ type: 'held' })
    expect(recordedChord(press('KeyJ', { ctrlKey: true, shiftKey: true }), false)).toEqual({ type: 'chord', chord: 'Mod+Shift+KeyJ' })
    expect(recordedChord(press('KeyJ', { metaKey: true }), true)).toEqual({ type: 'chord', chord: 'Mod+KeyJ' })
    expect(recordedChord(press('KeyJ', { ctrlKey: true }), true)).toEqual({ type: 'chord', chord: 'Ctrl+KeyJ' })
    expect(recordedChord(press('Digit1', { altKey: true }), false)).toEqual({ type: 'chord', chord: 'Alt+Digit1' })
    expect(recordedChord(press('Slash', { key: '?', shiftKey: true }), false)).toEqual({ type: 'chord', chord: '?' })
    for (const event of [
      press('KeyA'),
      press('Enter', { ctrlKey: true }),
      press('KeyW', { ctrlKey: true }),
      press('KeyJ', { metaKey: true }),
    ])
      expect(recordedChord(event, false).type).toBe('refused')
  })

  it('clash where one press could mean both', () => {
    expect(isSameChord('Mod+KeyB', 'Ctrl+KeyB')).toBe(true)
    expect(isSameChord('Mod+KeyB', 'Mod+Shift+KeyB')).toBe(false)
  })

  it('are told as people read them', () => {
    expect(chordText('Mod+Shift+KeyD', false)).toBe('Ctrl+Shift+D')
    expect(chordText('Mod+Shift+KeyD', true)).toBe('⇧⌘D')
    expect(chordText('Ctrl+Backquote', true)).toBe('⌃`')
    expect(chordText('Alt+ArrowDown', false)).toBe('Alt+↓')
    expect(chordText('Alt+Digit1', false)).toBe('Alt+1')
    expect(chordText('?', true)).toBe('?')
    expect([isMacLike('MacIntel'), isMacLike('Linux x86_64')]).toEqual([true, false])
  })

  it('are told apart from any other text', () => {
    for (const chord of ['Mod+KeyK', 'Ctrl+Backquote', 'Alt+Shift+KeyN', '?', 'F2']) expect(isChord(chord)).toBe(true)
    for (const text of ['', 'Mod+', 'Shift+Alt+KeyN', '<b>', 'Mod+KeyK+KeyK']) expect(isChord(text)).toBe(false)
  })
})
