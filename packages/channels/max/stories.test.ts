import { commentStories } from '../testing/commentStories.ts';
import { maxComments } from './testing/comments.ts';

commentStories('max', maxComments);
