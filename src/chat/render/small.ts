import { bold, code, link } from './markdown.js';

/** The line that clones a repository. */
export function renderClone(url: string): string {
  const isPlain = /^[\w@:/.,+~%-]+$/u.test(url);
  return code(`git clone ${isPlain ? url : `'${url.replaceAll("'", "'\\''")}'`}`);
}

/** A sign-in link, for one pair of eyes. */
export function renderLogin(url: string): string {
  return `${link('Sign in to the web pages', url)}. The link is yours alone, good once, for 15 minutes.`;
}

/** That a deployment will be canceled; its own reply tells the rest. */
export function renderCanceling(deployment: number, url: string, by: string): string {
  return `🛑 ${bold(by)}, ${link(`#${deployment}`, url)} is being canceled.`;
}

/** That a deployment was asked for, when nothing more is known of it. */
export function renderAsked(deployment: number, url: string): string {
  return `⏳ ${link(`#${deployment}`, url)} was asked for.`;
}
