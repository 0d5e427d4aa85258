import { readText } from '../../streams/stream'
import { complain, textTool, type Tool } from './tool'
import { curly } from './quotes'

const SMALL = 1_000_000n
const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n]

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let b = base % modulus, e = exponent; e > 0n; b = (b * b) % modulus, e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus
  }
  return result
}

/** Miller–Rabin; these witnesses decide every number below 3·10^24. */
function isPrime(n: bigint): boolean {
  if (n < 2n) return false
  for (const p of WITNESSES) if (n % p === 0n) return n === p
  let d = n - 1n
  let twos = 0
  for (; (d & 1n) === 0n; d >>= 1n) twos += 1
  return WITNESSES.every((a) => {
    let x = power(a, d, n)
    if (x === 1n || x === n - 1n) return true
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n
      if (x === n - 1n) return true
    }
    return false
  })
}

function common(a: bigint, b: bigint): bigint {
  return b === 0n ? a : common(b, a % b)
}

/** Pollard's rho. */
function divisorOf(n: bigint, tick: () => void): bigint {
  for (let c = 1n; ; c += 1n) {
    let [x, y, d] = [2n, 2n, 1n]
    let steps = 0
    while (d === 1n) {
      x = (x * x + c) % n
      y = (y * y + c) % n
      y = (y * y + c) % n
      d = common(x > y ? x - y : y - x, n)
      if ((++steps & 1023) === 0) tick()
    }
    if (d !== n) return d
  }
}

function factorsOf(n: bigint, tick: () => void): bigint[] {
  if (n < 2n) return []
  const out: bigint[] = []
  let rest = n
  for (let p = 2n; p * p <= rest && p < (rest < SMALL * SMALL ? SMALL : 10_000n); p += p === 2n ? 1n : 2n) {
    for (; rest % p === 0n; rest /= p) out.push(p)
  }
  const large = (m: bigint): void => {
    if (m === 1n) return
    if (isPrime(m)) {
      out.push(m)
      return
    }
    const d = divisorOf(m, tick)
    large(d)
    large(m / d)
  }
  large(rest)
  return out.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

async function factor(tool: Tool): Promise<number> {
  const { call, operands, out } = tool
  const words = operands.length > 0 ? operands : (await readText(call.stdin)).split(/[ \t\n]+/).filter((word) => word !== '')
  let code = 0
  for (const word of words) {
    const digits = /^[ ]*\+?(\d+)$/.exec(word)?.[1]
    if (digits === undefined) {
      await complain(tool, `${curly(word)} is not a valid positive integer`)
      code = 1
      continue
    }
    const factors = factorsOf(BigInt(digits), () => call.tick())
    out.put(`${BigInt(digits)}:${factors.map((one) => ` ${one}`).join('')}\n`)
    await out.settle()
  }
  return code
}

/** Prime factors. */
export const factorCommand = textTool({
  name: 'factor',
  summary: 'writes the prime factors of each number',
  usage: '[NUMBER]...',
  shape: { options: [] },
  run: factor,
})
