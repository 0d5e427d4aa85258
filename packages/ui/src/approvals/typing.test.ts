import { describe, expect, test } from 'vitest'
import { isTextField } from './typing'

describe('isTextField', () => {
  test('every field that takes text keeps the focus, empty or not', () => {
    expect(isTextField({ tagName: 'TEXTAREA', type: 'textarea' })).toBe(true)
    expect(isTextField({ tagName: 'INPUT', type: 'text' })).toBe(true)
    expect(isTextField({ tagName: 'INPUT', type: 'search' })).toBe(true)
    expect(isTextField({ tagName: 'DIV', isContentEditable: true })).toBe(true)
  })

  test('a button, a checkbox or the page itself does not', () => {
    expect(isTextField({ tagName: 'BUTTON', type: 'submit' })).toBe(false)
    expect(isTextField({ tagName: 'INPUT', type: 'checkbox' })).toBe(false)
    expect(isTextField({ tagName: 'BODY', isContentEditable: false })).toBe(false)
    expect(isTextField(null)).toBe(false)
  })
})
