/** A small shop with one real bug and one half-built feature: what the demo model works on. Path to text. */
export const DEMO_PROJECT: Readonly<Record<string, string>> = {
  'README.md': `# Corner shop

A tiny shopping cart, tested with Node's own test runner.

    node --test

- \`src/money.js\`: cents to text
- \`src/cart.js\`: lines, quantities, subtotal
- \`src/discount.js\`: codes that take a share off, and (planned) codes that take a fixed amount off
- \`src/receipt.js\`: the receipt that is printed

## Known trouble

- Two coffees scanned one after the other are charged as one.
- \`TAKE5\` is on the posters already, but the till does not know how to take 5.00 off.
`,
  'AGENTS.md': `# For agents

- Prices are whole cents, never fractions.
- A total is never below zero.
- Run \`node --test\` after a change and before you say that it works.
- Keep functions small; no dependencies.
`,
  'package.json': `{
  "name": "corner-shop",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,
  'src/money.js': `/** Cents as text: 1250 is "12.50". */
export function format(cents) {
  const sign = cents < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(cents) / 100)
  const rest = String(Math.abs(cents) % 100).padStart(2, '0')
  return \`\${sign}\${whole}.\${rest}\`
}
`,
  'src/cart.js': `/** A cart holds one line for each item id. Prices are in cents. */
export function createCart() {
  const lines = new Map()
  return {
    add(item, quantity = 1) {
      lines.set(item.id, { ...item, quantity })
    },
    remove(id) {
      lines.delete(id)
    },
    lines() {
      return [...lines.values()]
    },
    subtotal() {
      return [...lines.values()].reduce((sum, line) => sum + line.price * line.quantity, 0)
    },
  }
}
`,
  'src/discount.js': `/** Codes that are good this season. */
const CODES = {
  SPRING10: { percent: 10 },
  HALF: { percent: 50 },
  TAKE5: { fixed: 500 },
}

/** The total in cents after the code. An unknown code changes nothing. */
export function applyCode(total, code) {
  const rule = CODES[code]
  if (!rule) return total
  return Math.round(total * (1 - rule.percent / 100))
}
`,
  'src/receipt.js': `import { applyCode } from './discount.js'
import { format } from './money.js'

/** The receipt as lines of text. */
export function receipt(cart, code) {
  const items = cart.lines().map((line) => \`\${line.quantity} x \${line.name}  \${format(line.price * line.quantity)}\`)
  return [...items, \`Total  \${format(applyCode(cart.subtotal(), code))}\`]
}
`,
  'test/cart.test.js': `import assert from 'node:assert/strict'
import test from 'node:test'
import { createCart } from '../src/cart.js'

const coffee = { id: 'coffee', name: 'Coffee', price: 320 }
const bread = { id: 'bread', name: 'Bread', price: 275 }

test('an empty cart costs nothing', () => {
  assert.equal(createCart().subtotal(), 0)
})

test('different items are summed', () => {
  const cart = createCart()
  cart.add(coffee, 2)
  cart.add(bread)
  assert.equal(cart.subtotal(), 915)
})

test('the same item added twice counts twice', () => {
  const cart = createCart()
  cart.add(coffee)
  cart.add(coffee)
  assert.equal(cart.subtotal(), 640)
})

test('a removed item is not charged', () => {
  const cart = createCart()
  cart.add(coffee)
  cart.remove('coffee')
  assert.equal(cart.subtotal(), 0)
})
`,
  'test/discount.test.js': `import assert from 'node:assert/strict'
import test from 'node:test'
import { applyCode } from '../src/discount.js'

test('a percent code takes its share off', () => {
  assert.equal(applyCode(1000, 'SPRING10'), 900)
})

test('an unknown code changes nothing', () => {
  assert.equal(applyCode(1000, 'NOPE'), 1000)
})

test('a fixed code takes its amount off', () => {
  assert.equal(applyCode(1200, 'TAKE5'), 700)
})

test('a fixed code never makes the total negative', () => {
  assert.equal(applyCode(300, 'TAKE5'), 0)
})
`,
  'test/receipt.test.js': `import assert from 'node:assert/strict'
import test from 'node:test'
import { createCart } from '../src/cart.js'
import { receipt } from '../src/receipt.js'

test('a receipt lists lines and total', () => {
  const cart = createCart()
  cart.add({ id: 'tea', name: 'Tea', price: 250 }, 2)
  assert.deepEqual(receipt(cart), ['2 x Tea  5.00', 'Total  5.00'])
})
`,
}
