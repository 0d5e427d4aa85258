import { argumentAt, type Expressions, type MakeBuiltin } from './compiler'
import type { Evaluate } from './scope'
import { Fatal, numberOf, toNumber } from './values'

function unary(compute: (value: number) => number): MakeBuiltin {
  return (compiler, args) => {
    const value = compiler.number(argumentAt(args, 0))
    return (frame) => compute(value(frame))
  }
}

/** The same for what takes no negative numbers: gawk warns of them and goes on. */
function unaryOfPositive(name: string, compute: (value: number) => number): MakeBuiltin {
  return (compiler, args) => {
    const value = compiler.number(argumentAt(args, 0))
    const { machine } = compiler.scope
    return (frame) => {
      const given = value(frame)
      if (given < 0) machine.warn(`${name}: received negative argument ${Number(given.toPrecision(6))}`)
      return compute(given)
    }
  }
}

/** Beyond what a double holds, too large or too small, is told. */
const exponential: MakeBuiltin = (compiler, args) => {
  const value = compiler.number(argumentAt(args, 0))
  const { machine } = compiler.scope
  return (frame) => {
    const given = value(frame)
    const made = Math.exp(given)
    const isOut = Number.isFinite(given) && (made === Infinity || made === 0)
    if (isOut) machine.warn(`exp: argument ${Number(given.toPrecision(6))} is out of range`)
    return made
  }
}

const WORD_BITS = 53

/**
 * Bits as gawk keeps them: of what does not fit a double exactly the high bits go.
 */
function kept(bits: bigint): number {
  const value = BigInt.asUintN(64, bits)
  if (value === 0n) return 0
  let zeros = 0
  while (((value >> BigInt(zeros)) & 1n) === 0n) zeros += 1
  return Number(BigInt.asUintN(Math.min(64, WORD_BITS + zeros), value))
}

function whole(value: number, name: string, index: number): bigint {
  if (value < 0) throw new Fatal(`${name}: argument ${index} negative value ${value} is not allowed`)
  return BigInt.asUintN(64, BigInt(Number.isFinite(value) ? Math.trunc(value) : 0))
}

function bitwise(name: string, compute: (left: bigint, right: bigint) => bigint): MakeBuiltin {
  return (compiler, args) => {
    const values = args.map((argument) => compiler.number(argument))
    return (frame) => kept(values.map((value, index) => whole(value(frame), name, index + 1)).reduce(compute))
  }
}

function shift(name: string, compute: (value: bigint, by: bigint) => bigint): MakeBuiltin {
  return (compiler, args) => {
    const [value, by] = [compiler.number(argumentAt(args, 0)), compiler.number(argumentAt(args, 1))]
    return (frame) => {
      const [bits, places] = [value(frame), by(frame)]
      if (bits < 0 || places < 0) throw new Fatal(`${name}(${bits}, ${places}): negative values are not allowed`)
      return kept(compute(whole(bits, name, 1), whole(places, name, 2) & 63n))
    }
  }
}

/** A number in the notation of programs: octal and hexadecimal too. */
function anyNumber(text: string): number {
  const match = /^[ \t\n]*([+-]?)(?:0[xX]([0-9A-Fa-f]+)|0([0-7]+)(?![0-9.eE]))/.exec(text)
  if (match === null) return numberOf(text)
  const [, sign, hex, octal = ''] = match
  const size = hex === undefined ? Number.parseInt(octal, 8) : Number.parseInt(hex, 16)
  return sign === '-' ? -size : size
}

function random(compiler: Expressions): Evaluate {
  return () => compiler.scope.machine.random.number()
}

/** `srand` gives the seed before. */
const srand: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const seed = args[0] === undefined ? () => Math.floor(machine.call.system.clock.now() / 1000) : compiler.value(args[0])
  return (frame) => {
    const before = machine.seed
    machine.seed = seed(frame)
    machine.random.seed(toNumber(machine.seed))
    return before
  }
}

/** Functions of numbers. */
export const numberBuiltins: readonly (readonly [string, MakeBuiltin])[] = [
  ['sin', unary(Math.sin)],
  ['cos', unary(Math.cos)],
  ['exp', exponential],
  ['log', unaryOfPositive('log', Math.log)],
  ['sqrt', unaryOfPositive('sqrt', Math.sqrt)],
  ['int', unary(Math.trunc)],
  [
    'atan2',
    (compiler, args) => {
      const [y, x] = [compiler.number(argumentAt(args, 0)), compiler.number(argumentAt(args, 1))]
      return (frame) => Math.atan2(y(frame), x(frame))
    },
  ],
  ['rand', random],
  ['srand', srand],
  ['and', bitwise('and', (left, right) => left & right)],
  ['or', bitwise('or', (left, right) => left | right)],
  ['xor', bitwise('xor', (left, right) => left ^ right)],
  ['lshift', shift('lshift', (value, by) => value << by)],
  ['rshift', shift('rshift', (value, by) => value >> by)],
  ['compl', unary((value) => kept(~whole(value, 'compl', 1)))],
  ['mkbool', unary((value) => (value === 0 ? 0 : 1))],
  [
    'strtonum',
    (compiler, args) => {
      const value = compiler.value(argumentAt(args, 0))
      return (frame) => {
        const found = value(frame)
        return typeof found === 'number' ? found : anyNumber(compiler.scope.machine.textOf(found))
      }
    },
  ],
]
