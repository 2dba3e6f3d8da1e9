import { limits } from '@millrace/plan'
import { ClockText } from '../time/clock-text.ts'
import { EpochText, furthestMs } from '../time/epoch-text.ts'
import type { Target } from './scope.ts'

// Code that reads one value at bytes[p] and moves p behind it, or stops with `bail`. Measured on V8: four bytes at a
// time (SWAR), branches on the number of digits instead of p += k (which would chain every load to the one before),
// everything int32 (`| 0`), no calls on the usual way.

/** How a format ends values. */
export interface ValueSyntax {
  /** Numbers must have no leading zeros. */
  readonly json: boolean
  /** Byte that ends text. */
  readonly textEnd: number
  /** Statement that leaves the value to exact code. */
  readonly bail: string
}

/** Variables that the code uses. */
export const valueVariables = 'let w = 0, f = 0, k = 0, d = 0, a = 0, t = 0, lo = 0, negative = 0, x = 0.5, from = 0, hash = 0'

const load = (at: string) => `view.getInt32(${at}, true)`
/** Four bytes less '0'; f marks the bytes that are no digits. */
const loadDigits = `w = ${load('p')} ^ 0x30303030; f = ((w + 0x06060606 | 0) | w) & 0xf0f0f0f0;`
/** k digits stand before the first other byte; w holds them, right-aligned. */
const tail = `k = (31 - Math.clz32(f & -f)) >> 3; w = (w << (24 - (k << 3))) << 8;`
/** The number of the four digits in w. */
const number = `(w = Math.imul(w, 10) + (w >>> 8) & 0x00ff00ff, (Math.imul(w, 100) + (w >>> 16)) & 0xffff)`
const advance = `if (k === 3) p = p + 3 | 0; else if (k === 2) p = p + 2 | 0; else if (k === 1) p = p + 1 | 0;`

export function valueCode(target: Target, index: number, syntax: ValueSyntax): string {
  const { builder, reader } = target
  if (reader !== null) return timestampCode(target, index, syntax)
  switch (builder.kind) {
    case 'int32':
      return `${wholeCode(syntax, true)} ${storeCode(target, index, 'lo')}`
    case 'int64':
      return `${wholeCode(syntax, false)} ${storeCode(target, index, 'x')}`
    case 'float64':
      return `${decimalCode(syntax)} ${storeCode(target, index, 'x')}`
    case 'bool':
      return boolCode(target, index, syntax)
    case 'string':
      return stringCode(target, index, syntax)
    default:
      throw new Error(`no code reads a ${builder.kind}`)
  }
}

export function missingCode(target: Target, index: number): string {
  const value = target.builder.kind === 'bool' ? '' : `c${index}[row] = 0; `
  return `${value}v${index}[row >> 3] &= ~(1 << (row & 7));`
}

/** Undoes what a bad record left in bitmaps: the next one takes the row as fresh. */
export function freshCode({ builder }: Target, index: number): string {
  const bits = builder.kind === 'bool' ? `c${index}[row >> 3] &= ~(1 << (row & 7));` : ''
  return builder.validity === null ? bits : `${bits} v${index}[row >> 3] |= 1 << (row & 7);`
}

function storeCode(target: Target, index: number, value: string): string {
  const { sentinels } = target
  if (sentinels.length === 0) return `c${index}[row] = ${value};`
  const test = sentinels.map((sentinel) => `${value} === ${numberCode(sentinel)}`).join(' || ')
  return `if (${test}) { ${missingCode(target, index)} } else c${index}[row] = ${value};`
}

/** A finite number as source text. */
function numberCode(value: number): string {
  return value < 0 ? `(${value})` : String(value)
}

/** A whole number into x, or into lo where it must fit 32 bits. */
function wholeCode({ json, bail }: ValueSyntax, is32: boolean): string {
  const out = (lo: string) => (is32 ? `lo = ${lo};` : `x = ${lo};`)
  return `
  negative = 0;
  for (;;) {
    ${loadDigits}
    if (f !== 0) {
      ${tail}
      if (k === 0) { if (negative === 0 && bytes[p] === 45) { negative = 1; p = p + 1 | 0; continue; } ${bail} }
      ${json ? `if (k > 1 && bytes[p] === 48) ${bail}` : ''}
      a = ${number}; ${advance} ${out('a')} break;
    }
    ${json ? `if (bytes[p] === 48) ${bail}` : ''}
    a = ${number}; p = p + 4 | 0; ${loadDigits}
    if (f !== 0) { ${tail} t = ${number}; ${advance} a = Math.imul(a, wholePowers[k]) + t | 0; ${out('a')} break; }
    a = Math.imul(a, 10000) + ${number} | 0; p = p + 4 | 0; ${loadDigits}
    if (f !== 0) {
      ${tail} t = ${number}; ${advance} x = a * powers[k] + t;
      ${is32 ? `if (x > 2147483647 + negative) ${bail} lo = x | 0;` : ''} break;
    }
    ${is32 ? bail : `x = a * 10000 + ${number}; p = p + 4 | 0; ${loadDigits} if (f === 0) ${bail} ${tail} t = ${number}; ${advance} x = x * powers[k] + t; break;`}
  }
  if (negative !== 0) ${is32 ? 'lo = -lo | 0;' : 'x = 0 - x;'}`
}

/** A decimal of up to 7 digits on either side of the point, which one division rounds rightly, into x. */
function decimalCode({ json, bail }: ValueSyntax): string {
  return `
  negative = 0;
  for (;;) {
    ${loadDigits}
    if (f !== 0) {
      ${tail}
      if (k === 0) { if (negative === 0 && bytes[p] === 45) { negative = 1; p = p + 1 | 0; continue; } ${bail} }
      ${json ? `if (k > 1 && bytes[p] === 48) ${bail}` : ''}
      a = ${number}; ${advance} break;
    }
    ${json ? `if (bytes[p] === 48) ${bail}` : ''}
    a = ${number}; p = p + 4 | 0; ${loadDigits} if (f === 0) ${bail}
    ${tail} t = ${number}; a = Math.imul(a, wholePowers[k]) + t | 0; ${advance} break;
  }
  if (bytes[p] === 46) {
    p = p + 1 | 0; ${loadDigits}
    if (f !== 0) {
      ${tail} if (k === 0) ${bail}
      if (k === 1) { x = (Math.imul(a, 10) + (w >>> 24) | 0) / 10; p = p + 1 | 0; }
      else { x = (a * powers[k] + ${number}) / powers[k]; ${advance} }
    } else {
      t = ${number}; p = p + 4 | 0; ${loadDigits} if (f === 0) ${bail}
      ${tail} t = Math.imul(t, wholePowers[k]) + ${number} | 0; ${advance} x = (a * powers[k + 4] + t) / powers[k + 4];
    }
  } else x = a;
  if (negative !== 0) x = 0 - x;`
}

/** true or false without a branch on which; the bits of a fresh row are 0. */
function boolCode(target: Target, index: number, { bail }: ValueSyntax): string {
  if (target.sentinels.length > 0) return bail
  return `
  w = ${load('p')}; t = w ^ 0x65757274; d = (w ^ 0x736c6166) | (bytes[p + 4 | 0] ^ 101);
  k = (t | -t) >>> 31; if ((k & ((d | -d) >>> 31)) !== 0) ${bail} k = k ^ 1;
  c${index}[row >> 3] |= k << (row & 7); p = p + 5 - k | 0;`
}

/** Text that stands as it is: no quote, no escape, no control character. What is not ASCII must be known already. */
function stringCode(target: Target, index: number, { json, textEnd, bail }: ValueSyntax): string {
  const stops = json ? ' && d !== 92' : ' && d !== 34'
  const store = `
    hash = hash ^ (hash >>> 15);
    k = s${index}.dictionary.findBytes(bytes, from, p, hash);
    if (k < 0) { if (f > 127) ${bail} k = s${index}.dictionary.intern(bytes, from, p); }
    c${index}[row] = k;`
  return `
  hash = -2128831035; f = 0; from = p;
  while ((d = bytes[p]) !== ${textEnd} && d > 31${stops}) { f |= d; hash = Math.imul(hash ^ d, 16777619); p = p + 1 | 0; }
  if ((p - from | 0) > ${limits.valueBytes}${json ? '' : ' || p === from'}) ${bail}
  ${target.textSentinels.empty ? `{ ${store} }` : `if (g${index}.has(bytes, from, p)) { ${missingCode(target, index)} } else { ${store} }`}`
}

function timestampCode(target: Target, index: number, syntax: ValueSyntax): string {
  const text = target.reader?.text
  const read =
    text instanceof EpochText
      ? epochCode(text, syntax)
      : text instanceof ClockText && text.prefixBytes > 0
        ? clockCode(text, index, syntax)
        : anyTextCode(index, syntax)
  const guard = target.isTime ? `if (x > latestMs) ${syntax.bail}` : ''
  if (!target.isTime || target.sentinels.length === 0) return `${read} ${guard} ${storeCode(target, index, 'x')}`
  const test = target.sentinels.map((sentinel) => `x === ${numberCode(sentinel)}`).join(' || ')
  return `${read} if (${test}) ${syntax.bail} ${guard} c${index}[row] = x;`
}

function epochCode({ unit }: EpochText, syntax: ValueSyntax): string {
  const scale = unit === 'epoch-ms' ? '' : unit === 'epoch-s' ? 'x = x * 1000;' : 'x = Math.floor(x / 1000);'
  return `${wholeCode(syntax, false)} ${scale} if (x > ${furthestMs} || x < -${furthestMs}) ${syntax.bail}`
}

function anyTextCode(index: number, { textEnd, bail, json }: ValueSyntax): string {
  return `
  from = p;
  while ((d = bytes[p]) !== ${textEnd} && d > 31 && d < 127 && d !== ${json ? 92 : 34}) p = p + 1 | 0;
  if ((p - from | 0) > 256) ${bail}
  x = t${index}.parse(bytes, from, p); if (x !== x) ${bail}`
}

/** The hour from the cache where its bytes are those seen last; minutes, seconds, fraction and zone from the bytes. */
function clockCode(text: ClockText, index: number, { bail }: ValueSyntax): string {
  const length = text.prefixBytes
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, word) => `${load(`p + ${Math.min(word * 4, length - 4)} | 0`)} !== h${index}[${word}]`)
  return `
  if (${words.join(' || ')}) { x = t${index}.hourAt(bytes, p); if (x !== x) ${bail} } else x = b${index}[0];
  w = ${load(`p + ${length} | 0`)} ^ 0x3a30303a; f = ${load(`p + ${length + 2} | 0`)} ^ 0x30303a30;
  if ((((w + 0x00060a00 | 0) | w) & 0xfff0f0ff) !== 0 || (((f + 0x060a0000 | 0) | f) & 0xf0f0ff00) !== 0) ${bail}
  x = x + (Math.imul((w >>> 8) & 15, 600000) + Math.imul((w >>> 16) & 15, 60000) + Math.imul((f >>> 16) & 15, 10000) + Math.imul(f >>> 24, 1000) | 0);
  p = p + ${length + 6} | 0;
  ${text.items === 'iso' ? isoRestCode(index, bail) : patternRestCode(text, index, bail)}`
}

function isoRestCode(index: number, bail: string): string {
  return `
  if (bytes[p] === 46) {
    p = p + 1 | 0; d = bytes[p] - 48 | 0; if (d >>> 0 > 9) ${bail}
    for (t = 100; d >>> 0 < 10; t = t / 10 | 0) { x = x + Math.imul(d, t); p = p + 1 | 0; d = bytes[p] - 48 | 0; }
  }
  ${zoneCode(index, bail)}`
}

function patternRestCode({ items }: ClockText, index: number, bail: string): string {
  if (items === 'iso') return ''
  const second = items.findIndex((item) => item.kind === 'digits' && item.part === 'second')
  const rest = items.slice(second + 1).map((item) => {
    if (item.kind === 'literal') return `if (bytes[p] !== ${item.byte}) ${bail} p = p + 1 | 0;`
    if (item.kind === 'zone') return zoneCode(index, bail)
    const digit = `d = bytes[p] - 48 | 0; if (d >>> 0 > 9) ${bail} p = p + 1 | 0;`
    return Array.from({ length: item.width }, (_, i) => `${digit} ${i < 3 ? `x = x + Math.imul(d, ${[100, 10, 1][i]});` : ''}`).join('\n')
  })
  return rest.join('\n')
}

function zoneCode(index: number, bail: string): string {
  const cache = `h${index}`
  return `if ((${load('p')} & ${cache}[9]) !== ${cache}[10] || (${load('p + 4 | 0')} & ${cache}[11]) !== ${cache}[12]) ${bail} p = p + ${cache}[8] | 0;`
}
