import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'

/** All rows of a list of the relay. It gives as many at once as a frame holds, and says where the rest begins. */
export async function rowsOf(
  connection: { invoke(functionId: string, data: Json): Promise<Json | undefined> },
  of: 'functions' | 'workers',
  filter: JsonObject = {},
): Promise<readonly JsonObject[]> {
  const page = await connection.invoke(`engine::${of}::list`, filter)
  const { [of]: rows, next } = isJsonObject(page) ? page : {}
  const found = Array.isArray(rows) ? rows.filter(isJsonObject) : []
  return typeof next === 'string' ? [...found, ...(await rowsOf(connection, of, { ...filter, after: next }))] : found
}
