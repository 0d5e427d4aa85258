import { expect, it } from 'vitest'
import { createShownPorts } from './shown-ports'

it('what a program writes again and again is no news once each time, and nobody keeps it for ever', () => {
  const ports = createShownPorts(() => Promise.reject(new Error('nobody is asked')))
  ports.takeWritten(['access.log'])
  expect(ports.newsOf(['a.js', 'access.log'])).toEqual(['a.js'])
  expect(ports.newsOf(['access.log'])).toEqual(['access.log'])
  const many = Array.from({ length: 3000 }, (_, n) => `${n}.log`)
  for (const path of many) ports.takeWritten([path])
  expect(ports.newsOf(many)).toHaveLength(3000 - 1001)
})
