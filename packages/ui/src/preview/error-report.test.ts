import { expect, it } from 'vitest'
import { errorReport } from './error-report'

it('says where the page is and what its console has, errors with their place, the oldest left out', () => {
  const report = errorReport({
    path: '/shop',
    folder: 'site',
    rows: [
      { n: 1, level: 'log', text: 'begin' },
      { n: 2, level: 'error', text: 'Uncaught TypeError: x is not a function\n    at main.js:3', source: 'main.js:3' },
    ],
  })
  expect(report).toBe(
    'Console of /shop, of the files of site, newest last:\nlog: begin\nerror main.js:3: Uncaught TypeError: x is not a function\n    at main.js:3',
  )
  const many = Array.from({ length: 50 }, (_, n) => ({ n, level: 'error', text: `${n}` }) as const)
  const long = errorReport({ path: '/', folder: '', port: 3000, rows: many })
  expect(long).toContain('of the program on port 3000, newest last:\n(10 older lines left out)\nerror: 10\n')
})
