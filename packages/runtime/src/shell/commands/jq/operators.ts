import { assertNever } from '@tabwright/protocol'
import type { BinaryOperator } from './filter'
import { compare, isArray, isObject, isTrue, type Json, type JsonObject } from './json'
import { described, JqError } from './paths'

/** What an operator makes of two values. @throws JqError */
export function operate(operator: BinaryOperator, left: Json, right: Json): Json {
  switch (operator) {
    case '+':
      return add(left, right)
    case '-':
      return subtract(left, right)
    case '*':
      return multiply(left, right)
    case '/':
      return divide(left, right)
    case '%':
      return remainder(left, right)
    case '==':
      return compare(left, right) === 0
    case '!=':
      return compare(left, right) !== 0
    case '<':
      return compare(left, right) < 0
    case '<=':
      return compare(left, right) <= 0
    case '>':
      return compare(left, right) > 0
    case '>=':
      return compare(left, right) >= 0
    default:
      return assertNever(operator)
  }
}

function refuse(left: Json, right: Json, what: string): never {
  throw new JqError(`${described(left)} and ${described(right)} cannot be ${what}`)
}

/** `+`: null is nothing, objects take the right one's keys. */
export function add(left: Json, right: Json): Json {
  if (left === null) return right
  if (right === null) return left
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (isArray(left) && isArray(right)) return [...left, ...right]
  if (isObject(left) && isObject(right)) return new Map([...left, ...right])
  return refuse(left, right, 'added')
}

function subtract(left: Json, right: Json): Json {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (isArray(left) && isArray(right)) return left.filter((item) => !right.some((other) => compare(item, other) === 0))
  return refuse(left, right, 'subtracted')
}

function merged(left: JsonObject, right: JsonObject): JsonObject {
  const out = new Map(left)
  for (const [key, value] of right) {
    const old = out.get(key)
    out.set(key, old !== undefined && isObject(old) && isObject(value) ? merged(old, value) : value)
  }
  return out
}

function multiply(left: Json, right: Json): Json {
  if (typeof left === 'number' && typeof right === 'number') return left * right
  if (isObject(left) && isObject(right)) return merged(left, right)
  const [text, times] = typeof left === 'string' ? [left, right] : [right, left]
  if (typeof text !== 'string' || typeof times !== 'number') return refuse(left, right, 'multiplied')
  return times > 0 ? text.repeat(times < 1 ? 1 : Math.floor(times)) : null
}

function divide(left: Json, right: Json): Json {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0) return refuse(left, right, 'divided because the divisor is zero')
    return left / right
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right)
  return refuse(left, right, 'divided')
}

/** Pieces of a text between a separator. */
export function splitText(text: string, separator: string): Json {
  if (text === '') return []
  return separator === '' ? Array.from(text) : text.split(separator)
}

function remainder(left: Json, right: Json): Json {
  if (typeof left !== 'number' || typeof right !== 'number') return refuse(left, right, 'divided (remainder)')
  const by = Math.trunc(right)
  if (by === 0) return refuse(left, right, 'divided (remainder) because the divisor is zero')
  return (Math.trunc(left) % Math.abs(by)) + 0
}

/** What `a += b` and its like make of the old value. */
export function assigned(operator: string, old: Json, by: Json): Json {
  switch (operator) {
    case '+=':
      return operate('+', old, by)
    case '-=':
      return operate('-', old, by)
    case '*=':
      return operate('*', old, by)
    case '/=':
      return operate('/', old, by)
    case '%=':
      return operate('%', old, by)
    case '//=':
      return isTrue(old) ? old : by
    default:
      return by
  }
}
