/**
 * What a program writes for a terminal and not for a reader: CSI; strings (title, clipboard, links, settings) up to their end or the line's;
 * other escapes. Each part is bounded by characters that cannot be in it, so the time is linear.
 */
const SEQUENCES =
  /(?:\u001b[P\]X^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/gu
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu

/**
 * A program's output as somebody reads it who has no terminal. What a carriage return would have written over stays, on a line of its own:
 * the model is to see what a person does not.
 */
export function plainText(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '').replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}
