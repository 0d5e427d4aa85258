import { targetOf } from './proxies'

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** `util.types`: what can be told from outside. */
export const types: Record<string, (value: unknown) => boolean> = Object.fromEntries(
  [
    'Date',
    'RegExp',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'Promise',
    'ArrayBuffer',
    'SharedArrayBuffer',
    'DataView',
    'Uint8Array',
    'Int32Array',
    'Float64Array',
    'Uint8ClampedArray',
    'Uint16Array',
    'Uint32Array',
    'Int8Array',
    'Int16Array',
    'Float32Array',
    'BigInt64Array',
    'BigUint64Array',
    'GeneratorFunction',
    'AsyncFunction',
  ].map((name) => [`is${name}`, (value: unknown) => tagOf(value) === name]),
)

Object.assign(types, {
  isArgumentsObject: (value: unknown) => tagOf(value) === 'Arguments',
  isProxy: (value: unknown) => (typeof value === 'object' || typeof value === 'function' ? targetOf(Object(value)) !== undefined : false),
  isExternal: () => false,
  isModuleNamespaceObject: (value: unknown) => tagOf(value) === 'Module',
  isArrayBufferView: (value: unknown) => ArrayBuffer.isView(value),
  isMapIterator: (value: unknown) => tagOf(value) === 'Map Iterator',
  isSetIterator: (value: unknown) => tagOf(value) === 'Set Iterator',
  isNativeError: (value: unknown) => value instanceof Error,
  isTypedArray: (value: unknown) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isGeneratorObject: (value: unknown) => tagOf(value) === 'Generator',
  isAnyArrayBuffer: (value: unknown) => /^(Shared)?ArrayBuffer$/.test(tagOf(value)),
  ...Object.fromEntries(
    [Number, String, Boolean, Symbol, BigInt].map((kind) => [
      `is${kind.name}Object`,
      (value: unknown) => typeof value === 'object' && tagOf(value) === kind.name,
    ]),
  ),
  isBoxedPrimitive: (value: unknown) => typeof value === 'object' && /^(?:Number|String|Boolean|Symbol|BigInt)$/.test(tagOf(value)),
})
