import { describe, expect, test } from 'vitest';
import { anchorsOf, translate } from '../../../src/packs/grammar/python-re/translate.js';

/** The first match of a Python pattern, and its named groups; null for no match. */
function search(pattern: string, text: string): readonly unknown[] | null | string {
  const translated = translate(pattern);
  if (!translated.ok) return `${translated.problem.kind}: ${translated.problem.message}`;
  const { regexp, names } = translated.value;
  regexp.lastIndex = 0;
  const found = regexp.exec(text);
  if (found === null) return null;
  const named = Object.fromEntries([...names].map(([name, number]) => [name, found[number] ?? null]));
  return names.size === 0 ? [found[0]] : [found[0], named];
}

describe('classes are those of Unicode as Python knows it', () => {
  test.each([
    [String.raw`\w+`, 'näme_1٣!', ['näme_1٣']],
    [String.raw`\d+`, 'a٣4²', ['٣4']],
    [String.raw`\s`, '\ufeff\u001c', ['\u001c']],
    [String.raw`(?a)\w+`, 'näme', ['n']],
    [String.raw`(?a:\d)`, '٣4', ['4']],
    [String.raw`[\w-]+`, 'a-ä b', ['a-ä']],
    [String.raw`[^\s\d]+`, '1 ab2', ['ab']],
    [String.raw`\bä\b`, 'xä ä', ['ä']],
    [String.raw`\Bä`, 'ä xä', ['ä']],
    [String.raw`\W+`, 'a€ b', ['€ ']],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('escapes', () => {
  test.each([
    [String.raw`\x41\u00e9\U0001f600\101\07`, 'Aé😀A\u0007', ['Aé😀A\u0007']],
    [String.raw`\a\f\n\r\t\v\\`, '\u0007\f\n\r\t\v\\', ['\u0007\f\n\r\t\v\\']],
    [String.raw`[\b\]\-a]+`, 'x]-a\b', [']-a\b']],
    [String.raw`\.\/\-\ \"`, './- "', ['./- "']],
    [String.raw`\q`, '', 'invalid: bad escape \\q at position 0'],
    [String.raw`\x4`, '', 'invalid: incomplete escape \\x4 at position 0'],
    [String.raw`\400`, '', 'invalid: octal escape value \\400 outside of range 0-0o377 at position 0'],
    ['a\n\\z', '', 'invalid: bad escape \\z at position 2 (line 2, column 1)'],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('sets', () => {
  test.each([
    ['[]a]+', 'x]a', [']a']],
    ['[^]a]+', ']xa', ['x']],
    ['[a-]+', '-a-', ['-a-']],
    ['[a&&b]+', '&&ab', ['&&ab']],
    ['[[a]+', '[a]', ['[a']],
    ['[^^]', '^x', ['x']],
    ['[a-\\d]', '', 'invalid: bad character range a-\\d at position 1'],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('groups', () => {
  test.each([
    ['(?P<x>a)(?P<y>b)?', 'a', ['a', { x: 'a', y: null }]],
    ['(?P<größe>a)', 'a', ['a', { größe: 'a' }]],
    ['(?P<q>["\']).*?(?P=q)', 'x "it\'s" y', ['"it\'s"', { q: '"' }]],
    ['(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10', 'abcdefghijj', ['abcdefghijj']],
    ['(a)\\0011', 'a\u00011', ['a\u00011']],
    ['(?P<x>a*)?', 'b', ['', { x: '' }]],
    ['(?P<x>a*?)??', 'a', ['', { x: null }]],
    ['(?>a|ab)c', 'abc', null],
    ['(?P<x>(?>a+))(b)\\2', 'aabb', ['aabb', { x: 'aa' }]],
    ['a++a', 'aaa', null],
    ['"[^"]*+"', '"x"', ['"x"']],
    ['(?<=\\d)a(?!b)', 'a1ab1ac', ['a']],
    ['(?#remark)a', 'a', ['a']],
    ['(?P<1>a)', '', "invalid: bad character in group name '1' at position 4"],
    ['(?P>a)', '', 'invalid: unknown extension ?P> at position 1'],
    ['(?<a>b)', '', 'invalid: unknown extension ?<a at position 1'],
    ['(a\\1)', '', 'invalid: cannot refer to an open group at position 2'],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('flags', () => {
  test.each([
    ['.', '\n', ['\n']],
    ['(?-s:.)', '\na', ['a']],
    ['(?i)straße', 'STRAẞE', ['STRAẞE']],
    ['(?i)k', '\u212a', ['\u212a']],
    ['(?ia)k', '\u212aK', ['K']],
    ['(?i)[a-c]+', 'xABC', ['ABC']],
    ['(?i)[^a]', 'Ab', ['b']],
    ['a(?i:b)c', 'aBC aBc', ['aBc']],
    ['(?i)a(?-i:b)', 'AB Ab', ['Ab']],
    ['(?m)^b$', 'a\nb\nc', ['b']],
    ['a$', 'a\n', ['a']],
    ['a\\Z', 'a\n', null],
    ['(?x) a  b # remark\n c', 'abc', ['abc']],
    ['a(?x: b [ ] )c', 'ab c', ['ab c']],
    ['a(?i)', '', 'invalid: global flags not at the start of the expression at position 1'],
    ['(?z)', '', 'invalid: unknown extension ?z at position 1'],
    ['(?i-i:a)', '', 'invalid: bad inline flags: flag turned on and off at position 5'],
    ['(?L)', '', "invalid: bad inline flags: cannot use 'L' flag with a str pattern at position 3"],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('repeats', () => {
  test.each([
    ['a{,2}b', 'aaab', ['aab']],
    ['a{2,}?', 'aaa', ['aa']],
    ['a{}', 'a{}', ['a{}']],
    ['a{,', 'a{,', ['a{,']],
    ['x{a}', 'x{a}', ['x{a}']],
    ['(?=a)*a', 'a', ['a']],
    ['a{9999999999}', '', 'invalid: the repetition number is too large'],
    ['(?:^)*a', 'ba', ['a']],
    ['^*', '', 'invalid: nothing to repeat at position 1'],
    ['a{1}{2}', '', 'invalid: multiple repeat at position 4'],
  ])('%s in %j', (pattern, text, expected) => expect(search(pattern, text)).toEqual(expected));
});

describe('what cannot be translated is named', () => {
  test.each([
    ['(a)?(?(1)b|c)', 'unsupported: (?(group)yes|no), a choice by whether a group took part'],
    ['\\N{EM DASH}', 'unsupported: \\N{…}, a character by its name'],
    ['(a)?b\\1', 'unsupported: a reference to a group that may have taken no part'],
    ['(a)|\\1', 'unsupported: a reference to a group that may have taken no part'],
    ['(?i)(a)\\1', 'unsupported: a reference to a group where case is ignored'],
    ['(?:(?P<x>a)|b)*', 'unsupported: a group that is optional inside a repeated part'],
    ['(?P<x>a*)*', 'unsupported: a repeated part that can be empty'],
    ['(?<=(?>a))b', 'unsupported: an atomic group inside a look-behind'],
    ['(?t)a', 'unsupported: the flag t'],
  ])('%s', (pattern, expected) => expect(search(pattern, '')).toBe(expected));
});

test('anchors are looked for in groups and in second alternatives, not in repeats', () => {
  const ends = (pattern: string): unknown => {
    const anchors = anchorsOf(pattern);
    return anchors.ok && [anchors.value.start, anchors.value.end];
  };
  expect(ends('a')).toEqual([false, false]);
  expect(ends('(((^)))a\\Z')).toEqual([true, true]);
  expect(ends('(^a$|b)')).toEqual([false, false]);
  expect(ends('(a|^b$)')).toEqual([true, true]);
  expect(ends('(a|b|^c)')).toEqual([false, false]);
  expect(ends('(^a|^b)')).toEqual([true, false]);
  expect(ends('(?:^a)?(?=b$)')).toEqual([false, false]);
});
