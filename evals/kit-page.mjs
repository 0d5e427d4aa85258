// For checkers of projects with pages.
import { parse } from 'parse5'
import { read } from './kit.mjs'

/** @typedef {{ tagName?: string, value?: string, attrs?: { name: string, value: string }[], childNodes?: PageNode[] }} PageNode */

/**
 * A page as it would be read.
 * @param {string} path
 * @returns {PageNode}
 */
export const page = (path) => /** @type {any} */ (parse(read(path)))

/**
 * All elements below a node, in their order, of one name where one is given.
 * @param {PageNode} node
 * @param {string} [name]
 * @returns {PageNode[]}
 */
export function all(node, name) {
  const below = (node.childNodes ?? []).flatMap((child) => all(child, name))
  return node.tagName !== undefined && (name === undefined || node.tagName === name) ? [node, ...below] : below
}

/**
 * @param {PageNode} node
 * @param {string} name
 */
export const attribute = (node, name) => node.attrs?.find((one) => one.name === name)?.value

/**
 * What can be read of a node.
 * @param {PageNode} node
 * @returns {string}
 */
export const text = (node) => (node.value ?? (node.childNodes ?? []).map(text).join('')).replaceAll(/\s+/g, ' ')
