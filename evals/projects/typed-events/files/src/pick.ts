/** An object with these keys only. */
export function pick(object: any, keys: string[]): any {
  const picked: any = {}
  for (const key of keys) if (key in object) picked[key] = object[key]
  return picked
}
